"""The list of checks of a credential, one file for each group; the order in which they are asked; the report."""
