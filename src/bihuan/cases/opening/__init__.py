"""Opening another's case beyond its node data: what is node data, who needs a reason, the reasons that were given."""
