"""How the work stands: a judge's own card, a division for its head, balanced closing by month. Nobody is ranked or compared."""
