"""Oversight by presidents and heads of divisions: the four kinds of cases, the closed list of measures, reading of documents."""
