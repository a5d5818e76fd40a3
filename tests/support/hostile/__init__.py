"""Hostile credentials, each beside its untampered twin: made by recipe, so that the files stay small and true.

`python -m tests.support.hostile` writes tests/vectors/hostile/; a test compares the files with the recipes.
"""
