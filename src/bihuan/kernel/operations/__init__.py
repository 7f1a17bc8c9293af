"""Keeping an installation alive: backup, restore, upgrade, checks, and what is said when the machine fails.

A backup is one portable file for both databases: rows of every table read in one consistent look, the files those rows name,
a signed checkpoint of the log at that moment, and a digest for each member. See `docs/运维.md`.
"""
