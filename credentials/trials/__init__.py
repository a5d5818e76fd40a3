"""Trials: real documents of a draft's rows, signed by nobody, to be looked at. None of them is a credential."""
