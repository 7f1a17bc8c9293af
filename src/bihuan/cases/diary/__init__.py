"""The calendar of due dates: by month on a page, and as a feed a calendar program reads."""
