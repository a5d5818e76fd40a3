"""The pages on which staff write, review and approve offerings."""
