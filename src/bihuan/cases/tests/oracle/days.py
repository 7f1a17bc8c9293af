"""Days, one after the other. 民法典200-203, 民诉法85, 刑诉法105, 刑解202; days of rest as the State Council's notices have them."""

import datetime as dt
from collections.abc import Callable

Day = dt.date
ONE = dt.timedelta(days=1)
PUBLISHED = dt.date(2026, 12, 31)
"""The last day of the last notice that was published."""

# 国办发明电〔2021〕11号, 〔2022〕16号, 〔2023〕7号, 〔2024〕12号, and the notice of 2025-11-04: days off; Saturdays and Sundays worked.
OFF = {
    2022: ["0101-0103", "0131-0206", "0403-0405", "0430-0504", "0603-0605", "0910-0912", "1001-1007", "1231"],
    2023: ["0101-0102", "0121-0127", "0405", "0429-0503", "0622-0624", "0929-1006"],
    2024: ["0101", "0210-0217", "0404-0406", "0501-0505", "0610", "0915-0917", "1001-1007"],
    2025: ["0101", "0128-0204", "0404-0406", "0501-0505", "0531-0602", "1001-1008"],
    2026: ["0101-0103", "0215-0223", "0404-0406", "0501-0505", "0619-0621", "0925-0927", "1001-1007"],
}
WORKED = {
    2022: ["0129", "0130", "0402", "0424", "0507", "1008", "1009"],
    2023: ["0128", "0129", "0423", "0506", "0625", "1007", "1008"],
    2024: ["0204", "0218", "0407", "0428", "0511", "0914", "0929", "1012"],
    2025: ["0126", "0208", "0427", "0928", "1011"],
    2026: ["0104", "0214", "0228", "0509", "0920", "1010"],
}


def _day(year: int, text: str) -> Day:
    return dt.date(year, int(text[:2]), int(text[2:]))


def _all(table: dict[int, list[str]]) -> set[Day]:
    found = set()
    for year, spans in table.items():
        for span in spans:
            first, _dash, last = span.partition("-")
            here = _day(year, first)
            while here <= _day(year, last or first):
                found.add(here)
                here += ONE
    return found


RESTS, WORKS = _all(OFF), _all(WORKED)


def rests(day: Day) -> bool:
    """A day off of a notice, or a Saturday or Sunday that is not worked instead (1.1)."""
    return day in RESTS or (day.weekday() >= 5 and day not in WORKS)


def rolled(day: Day) -> Day:
    """The first day after days of rest on which a period that ends on `day` really ends (民法典203)."""
    while rests(day):
        day += ONE
    return day


def ends_month(day: Day) -> bool:
    """Whether it is the last of its month."""
    return (day + ONE).day == 1


def months_on(day: Day, count: int, *, criminal: bool = False) -> Day:
    """Forward to the corresponding day of the `count`-th month after, or to the last of that month (民法典202); criminal months that
    begin on the last of a month end on the last of one (刑解202; the day of the event decides, not the day after: a reading)."""
    to_the_end = criminal and ends_month(day)
    left, here = count, day
    while left:
        here += ONE
        if here.day == 1:
            left -= 1
    while not ends_month(here) and (to_the_end or here.day != day.day):
        here += ONE
    return here


def days_on(day: Day, count: int, left_out: Callable[[Day], bool] = lambda day: False) -> Day:
    """The day on which `count` days that count have passed; the day itself is not among them (民法典201)."""
    while count:
        day += ONE
        if not left_out(day):
            count -= 1
    return day


def workdays_on(day: Day, count: int) -> Day:
    """The same in working days."""
    return days_on(day, count, rests)
