"""The engine's own pages: alerts, duties, sources, inbox, evidence. Templates stand with the shell's."""
