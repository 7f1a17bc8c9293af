"""The same calculus over columns: a million cases in under a second, proven equal to the single case by tests."""
