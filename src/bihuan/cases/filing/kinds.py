"""Kinds of receipts by what the law says of them."""

from __future__ import annotations

from bihuan.law.limits.book import current_limits

FILED_FIRST_OF = tuple(limit.id for limit in current_limits() if limit.family == "filing" and limit.at_expiry)
"""Kinds of which the law says that what cannot be judged within the limit is filed first (F-01 to F-05)."""
