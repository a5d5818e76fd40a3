"""What a source system says of one completion: which columns, which rules, what would be issued."""
