"""Credentials inside pictures and papers: into PNG and SVG, out of PNG, SVG and PDF. All input is hostile."""
