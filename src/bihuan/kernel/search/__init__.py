"""Full-text search for Chinese: exact, without a dictionary, in the database at hand."""
