"""What a hostile stranger tries: each attempt is a test."""
