"""Pages of meetings that are more than a ledger's own."""
