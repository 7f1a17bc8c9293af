"""The demo court's units, posts and people. All names are invented."""
