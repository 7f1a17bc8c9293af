"""The text of a notice: drawn up from the ledger, figures in their places, the two versions, paper and page."""
