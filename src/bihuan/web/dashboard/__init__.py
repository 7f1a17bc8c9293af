"""The loop at a glance (闭环一览): alerts, rectification, indicators and duties of the court, of a leader's field, of a division.

It stands in `web`, above all domains, because it shows what several of them register. What is counted over many rows is read from the
nightly count; only the few duties are asked for live.
"""

from .page import Dashboard

__all__ = ["Dashboard"]
