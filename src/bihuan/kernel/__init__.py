"""The engine: knows of units, posts, persons, facts and time, nothing of courts."""
