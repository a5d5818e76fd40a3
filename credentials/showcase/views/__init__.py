"""Doorways for visitors, and for machines that read an achievement."""
