"""Cases under the clock (审判管理)."""
