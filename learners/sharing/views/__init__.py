"""Pages of sharing: the learner's own, and the one that a stranger opens."""
