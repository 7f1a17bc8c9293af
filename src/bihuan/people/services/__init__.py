"""Writes about accounts, posts and hand-overs."""
