"""The stages of a run, each a `run(bench)` that adds its lines."""
