"""Credentials as tokens: compact JWS, VC-JWT, SD-JWT, and the envelopes that carry them."""
