"""A new year's holiday notice: read, previewed over the open cases, confirmed, recomputed."""
