"""The large court that is measured: fictional, the same every time, written straight into the tables."""
