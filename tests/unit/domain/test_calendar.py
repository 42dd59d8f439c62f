from datetime import UTC, date, datetime

import pytest

from ledgervault.domain.calendar import (
    CalendarPeriod,
    add_period,
    fiscal_year_end,
    fiscal_year_of,
    instant_text,
    legal_day,
    parse_filing_period,
)
from ledgervault.errors import UsageInvalid


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P30Y", CalendarPeriod(years=30)),
        ("P10Y6M", CalendarPeriod(years=10, months=6)),
        ("P60D", CalendarPeriod(days=60)),
        ("P2W", CalendarPeriod(days=14)),
        ("P1Y2M3D", CalendarPeriod(1, 2, 3)),
        ("P0D", CalendarPeriod()),
    ],
)
def test_iso_periods_are_read(text, period):
    assert CalendarPeriod.parse(text) == period


@pytest.mark.parametrize(
    "text", ["", "P", "30Y", "P-1Y", "P1H", "PT1H", "P1Y ", "P1Y\n", "P１Y", "P99999Y"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="not a period"):
        CalendarPeriod.parse(text)


@pytest.mark.parametrize(("text", "written"), [("P2W", "P14D"), ("P0D", "P0D")])
def test_period_is_written_in_its_plain_form(text, written):
    assert str(CalendarPeriod.parse(text)) == written


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2024-02-29", "P10Y", "2034-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-10-31", "P4M", "2027-02-28"),
        ("2026-12-31", "P1D", "2027-01-01"),
        ("2027-01-01", "P30Y", "2057-01-01"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
    ],
)
def test_month_ends_clamp(start, period, end):
    found = add_period(date.fromisoformat(start), CalendarPeriod.parse(period))
    assert found == date.fromisoformat(end)


@pytest.mark.parametrize("period", ["P8000Y", "P9999M9999Y", "P99999D"])
def test_end_of_the_calendar_is_no_date(period):
    if period == "P9999M9999Y":
        added = CalendarPeriod(years=9999, months=9999)
    else:
        added = CalendarPeriod.parse(period)
    assert add_period(date(9998, 12, 31), added) is None


@pytest.mark.parametrize(
    ("month_day", "year", "end"),
    [
        ("12-31", 2026, date(2026, 12, 31)),
        ("03-31", 2026, date(2026, 3, 31)),
        ("02-29", 2026, date(2026, 2, 28)),
        ("02-29", 2028, date(2028, 2, 29)),
        ("06-31", 2026, date(2026, 6, 30)),
    ],
)
def test_fiscal_year_ends_on_a_day_that_exists(month_day, year, end):
    assert fiscal_year_end(month_day, year) == end


@pytest.mark.parametrize("text", ["13-01", "1-1", "12-32", "", "12-31\n", "１2-31"])
def test_fiscal_year_end_must_be_a_month_and_day(text):
    with pytest.raises(UsageInvalid):
        fiscal_year_end(text, 2026)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
    ],
)
def test_filing_period_has_a_first_and_a_last_day(text, first, last):
    period = parse_filing_period(text)
    assert period.text == text
    assert period.first_day == date.fromisoformat(first)
    assert period.last_day == date.fromisoformat(last)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-3", "2026-Q5", "2026-H3", "9999", "0000", "２026"],
)
def test_what_is_no_filing_period_is_refused(text):
    with pytest.raises(UsageInvalid):
        parse_filing_period(text)


@pytest.mark.parametrize(
    ("period", "month_day", "label", "start", "end"),
    [
        ("2026", "12-31", "FY2026", "2026-01-01", "2026-12-31"),
        ("2026-03", "03-31", "FY2026", "2025-04-01", "2026-03-31"),
        ("2026-04", "03-31", "FY2027", "2026-04-01", "2027-03-31"),
        ("2026-Q1", "02-29", "FY2027", "2026-03-01", "2027-02-28"),
        ("2026", "06-30", "FY2027", "2026-07-01", "2027-06-30"),
    ],
)
def test_fiscal_year_is_named_by_the_year_it_ends_in(
    period, month_day, label, start, end
):
    year = fiscal_year_of(parse_filing_period(period), month_day)
    assert (year.label, year.start.isoformat(), year.end.isoformat()) == (
        label,
        start,
        end,
    )


@pytest.mark.parametrize(
    ("jurisdiction", "day"),
    [("CN", "2027-01-01"), ("DE", "2026-12-31"), ("US", "2026-12-31")],
)
def test_day_begins_when_it_has_begun_in_the_jurisdiction(jurisdiction, day):
    now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert legal_day(now, jurisdiction).isoformat() == day


def test_unknown_jurisdiction_waits_for_the_last_clock_on_earth():
    now = datetime(2027, 1, 1, 11, 59, tzinfo=UTC)
    assert legal_day(now, "??") == date(2026, 12, 31)


def test_instants_are_written_in_utc():
    assert instant_text(0) == "1970-01-01T00:00:00.000Z"
    assert instant_text(10**18) == "unreadable time"
