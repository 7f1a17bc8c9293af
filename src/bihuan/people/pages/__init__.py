"""Pages about persons, posts, hand-overs, accounts and the log."""
