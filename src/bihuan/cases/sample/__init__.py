"""The demo court's cases: a few hundred over three years in all lines, and one of each situation. All invented."""
