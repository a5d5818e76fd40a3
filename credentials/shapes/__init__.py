"""Compiled canonical forms: documents of one shape are expanded once and filled many times."""
