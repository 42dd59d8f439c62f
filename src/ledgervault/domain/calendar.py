"""Legal dates: ISO 8601 periods, filing periods, fiscal years, legal days.

Computed here and nowhere else: databases disagree on leap days and month ends.
"""

import calendar
import dataclasses
import re
from datetime import UTC, date, datetime, timedelta, timezone

from ledgervault.errors import UsageInvalid

_PERIOD = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII
)
# Other years are slips of the pen, and would leave the calendar when added to.
_FILING = re.compile(
    r"(19\d\d|2\d{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", re.ASCII
)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_MONTHS = 12
# A day has begun in a jurisdiction when it has begun at its clock; where one law
# spans several clocks, or the clock is unknown, it is the last of them.
_CLOCKS = {"CN": 8, "HK": 8, "SG": 8, "JP": 9, "UK": 0, "DE": 1, "AU": 8}
_LAST_CLOCK = -12


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class CalendarPeriod:
    """Years, months and days, added in this order."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "CalendarPeriod":
        """Read `P30Y`, `P10Y6M`, `P60D` or `P2W`; ValueError for anything else."""
        found = _PERIOD.fullmatch(text)
        if found is None or text == "P":
            raise ValueError(f"not a period: {text[:20]!r}")
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return cls(years, months, weeks * 7 + days)

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + ("".join(f"{n}{unit}" for n, unit in parts if n) or "0D")


@dataclasses.dataclass(frozen=True, slots=True)
class FilingPeriod:
    """A year, half, quarter or month that papers are filed under."""

    text: str
    first_day: date
    last_day: date


@dataclasses.dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year, named by the calendar year in which it ends."""

    label: str
    start: date
    end: date


def add_period(day: date, period: CalendarPeriod) -> date | None:
    """Add a period: Feb 29 + P10Y = Feb 28. None past the year 9999."""
    months = day.month - 1 + period.months
    year = day.year + period.years + months // _MONTHS
    month = months % _MONTHS + 1
    if year > date.max.year:
        return None
    last = calendar.monthrange(year, month)[1]
    try:
        return date(year, month, min(day.day, last)) + timedelta(days=period.days)
    except OverflowError:
        return None


def fiscal_year_end(month_day: str, year: int) -> date:
    """Return the end of the fiscal year that ends in `year`; month ends clamp.

    `02-29` is the last day of February. UsageInvalid for what is no month and day.
    """
    found = _MONTH_DAY.fullmatch(month_day)
    if found is None:
        raise UsageInvalid(
            f"not a month and day: {month_day[:20]!r}",
            hint="write the fiscal year end as MM-DD, such as 12-31 or 03-31",
            code="usage.fiscal-year-end",
        )
    month, day = int(found[1]), int(found[2])
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def parse_filing_period(text: str) -> FilingPeriod:
    """Read `2026`, `2026-03`, `2026-Q1` or `2026-H1`; UsageInvalid otherwise."""
    found = _FILING.fullmatch(text)
    if found is None:
        raise UsageInvalid(
            f"not a period: {text[:20]!r}",
            hint="write 2026, 2026-03, 2026-Q1 or 2026-H1; years 1900 to 2999",
            code="usage.period",
        )
    year, month, quarter, half = found.groups()
    first, count = 1, _MONTHS
    if month:
        first, count = int(month), 1
    elif quarter:
        first, count = int(quarter) * 3 - 2, 3
    elif half:
        first, count = int(half) * 6 - 5, 6
    last_month = first + count - 1
    last_day = calendar.monthrange(int(year), last_month)[1]
    return FilingPeriod(
        text, date(int(year), first, 1), date(int(year), last_month, last_day)
    )


def fiscal_year_of(period: FilingPeriod, month_day: str) -> FiscalYear:
    """Return the fiscal year that holds a period's last day."""
    year = period.last_day.year
    if period.last_day > fiscal_year_end(month_day, year):
        year += 1
    before = fiscal_year_end(month_day, year - 1)
    end = fiscal_year_end(month_day, year)
    return FiscalYear(f"FY{year}", before + timedelta(days=1), end)


def legal_day(now: datetime, jurisdiction: str) -> date:
    """Return the day it legally is, never one that has not begun everywhere."""
    hours = _CLOCKS.get(jurisdiction, _LAST_CLOCK)
    return now.astimezone(timezone(timedelta(hours=hours))).date()


def instant_text(time_ms: int) -> str:
    """Write an instant of the log as RFC 3339 in UTC."""
    try:
        instant = datetime.fromtimestamp(time_ms / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return "unreadable time"
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
