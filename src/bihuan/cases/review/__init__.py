"""Quality review of cases: every reversal, a share of enterprise cases, drawn samples; the judge is heard before any grade."""
