"""A later version of the program, for the drill of an upgrade: one more application with two migrations."""
