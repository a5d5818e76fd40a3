"""The list of checks: one file for each group, and the order in which they are asked."""
