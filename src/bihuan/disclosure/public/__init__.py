"""The process that faces the public: its own settings, addresses and pages. It imports nothing of the house but pure functions, holds no
key that opens an envelope, and reads published rows alone."""
