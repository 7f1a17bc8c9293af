"""The demo court's opinions, each situation once. All invented."""
