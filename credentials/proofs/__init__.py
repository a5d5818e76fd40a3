"""Cryptosuites, proof sets and chains, multibase, and the status bitstring."""
