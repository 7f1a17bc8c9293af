"""A slow second opinion on every case: plain Python that walks day by day, typed from the articles. It shares no code and no table with
the house's calculus (`bihuan.law`), its clock or its rules; only the facts are read from the same database.

`days` walks the calendar, `limits` holds what the articles say and reckons one case, `rules` says its lamp, its tiers and which rules it
breaks, `court` reads the facts. Where the law is silent, the oracle takes the reading the house has written down as its default
(`law/data/readings.yaml`) and says so at the place: it checks the sums, not the choice.
"""
