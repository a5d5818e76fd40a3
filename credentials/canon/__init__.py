"""Canonical forms: safe JSON-LD with pinned contexts, RDFC-1.0 with a budget, JCS, strict JSON."""
