"""Pages of the domain that are not a plain ledger's."""
