"""The law as data and arithmetic: working calendar, periods (期间), dated parameters. No Django."""
