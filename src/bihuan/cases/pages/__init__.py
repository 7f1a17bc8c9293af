"""Pages of the cases domain that are not a ledger's."""
