"""Failure of a file to be what it claims."""


class FormatError(Exception):
    """A file that is no framework, or breaks its format. `problem`: a stable word; `facts`: for a sentence."""

    def __init__(self, problem: str, **facts: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts = facts
