"""Pages of filing supervision."""
