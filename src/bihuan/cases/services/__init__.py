"""What writes facts of cases."""
