"""Doorways of the staff: the list, one offering, writing in it, deciding about it."""
