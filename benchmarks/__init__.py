"""How fast the house is, beside what no program could do without: `make bench` (see README.md)."""
