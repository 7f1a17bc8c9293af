"""The figures of a published notice on rectification, reproduced from rows."""
