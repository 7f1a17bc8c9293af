"""Cases handled by presidents and heads (院庭长办案): counted by quarter against the minimum; hard cases beside the year's target."""
