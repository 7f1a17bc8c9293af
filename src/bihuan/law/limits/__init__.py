"""Statutory limits (法定期限) as dated data, and the calculus of a case's due date from its history."""
