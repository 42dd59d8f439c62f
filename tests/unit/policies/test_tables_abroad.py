"""Periods that laws abroad state, against the shipped packs, row by row."""

import pytest

from ledgervault.bootstrap.policies import load_shipped_policy

NEXT_DAY, NEXT_JANUARY = "next_day", "next_calendar_year"
# Series, minimum, maximum, triggers, start, what its citation names.
ROWS = (
    # AO § 147, HGB § 257: from the end of the calendar year.
    ("de.books", "P10Y", None, "books_closed", NEXT_JANUARY, "147(1) Nr. 1"),
    ("de.annual_accounts", "P10Y", None, "completed", NEXT_JANUARY, "147(1) Nr. 1"),
    ("de.opening_balance", "P10Y", None, "completed", NEXT_JANUARY, "147(1) Nr. 1"),
    ("de.inventory", "P10Y", None, "completed", NEXT_JANUARY, "147(1) Nr. 1"),
    ("de.procedures", "P10Y", None, "last_used", NEXT_JANUARY, "147(1) Nr. 1"),
    ("de.voucher", "P8Y", None, "document_date", NEXT_JANUARY, "147(1) Nr. 4"),
    ("de.voucher.supervised", "P8Y", None, "document_date", NEXT_JANUARY, "147(1) Nr. 4"),
    ("de.letter", "P6Y", None, "document_date", NEXT_JANUARY, "147(1) Nr. 2, 3"),
    ("de.tax_record", "P6Y", None, "document_date", NEXT_JANUARY, "147(1) Nr. 5"),
    ("de.delivery_note", "P0D", None, "completed", "same_day", "147(3)"),
    ("de.system_data", "P5Y", None, "transferred", NEXT_JANUARY, "147(6)"),
    ("uk.company_tax", "P6Y", None, "fiscal_year_end", NEXT_DAY, "CH11200"),
    ("uk.vat", "P6Y", None, "document_date", NEXT_DAY, "VATA 1994"),
    ("uk.cdd", "P5Y", "P5Y", "relationship_end", NEXT_DAY, "40(3)"),
    ("uk.transaction.relationship", "P5Y", None, "relationship_end", NEXT_DAY, "40(4)"),
    ("uk.transaction.occasional", "P5Y", "P5Y", "transaction_completed", NEXT_DAY, "40(3)"),
    ("us.tax_support", "P3Y", None, "filed", NEXT_DAY, "6501(a)"),
    ("us.tax_support.underreported", "P6Y", None, "filed", NEXT_DAY, "6501(e)"),
    ("us.tax_support.loss", "P7Y", None, "filed", NEXT_DAY, "6511(d)"),
    ("us.tax_support.unfiled", "permanent", None, "", NEXT_DAY, "6501(c)"),
    ("us.employment_tax", "P4Y", None, "tax_due", NEXT_DAY, "31.6001-1"),
    ("us.customer_information", None, "P2Y", "last_used", NEXT_DAY, "314.4(c)(6)"),
    ("hk.business_record", "P7Y", None, "transaction_completed", NEXT_DAY, "51C"),
    ("sg.income_tax", "P5Y", None, "fiscal_year_end", NEXT_JANUARY, "67"),
    ("sg.company_accounts", "P5Y", None, "fiscal_year_end", NEXT_DAY, "199(2)"),
    ("sg.struck_off", "P5Y", None, "deregistered", NEXT_DAY, "Companies Act"),
    ("sg.gst", "P5Y", None, "document_date", NEXT_DAY, "Goods and Services Tax"),
    ("jp.books", "P7Y", None, "filing_deadline", NEXT_DAY, "59"),
    ("jp.books.loss_before_2018", "P9Y", None, "filing_deadline", NEXT_DAY, "59"),
    ("jp.company_books", "P10Y", None, "books_closed", NEXT_DAY, "432(2)"),
    ("jp.electronic_transaction", "P7Y", None, "filing_deadline", NEXT_DAY, "art. 7"),
    ("au.company_financial", "P7Y", None, "transaction_completed", NEXT_DAY, "286-288"),
)  # fmt: skip
# The law's own day is no fact of a paper; the longer period covers it, and says how.
COVERED = {"uk.paye": "P4Y"}
OPEN_WHILE_ASSESSED = {
    "de": "open_assessment",
    "uk": "enquiry",
    "us": "enquiry",
    "hk": "enquiry",
    "sg": "enquiry",
    "jp": "enquiry",
    "au": "enquiry",
}


@pytest.fixture(scope="module")
def policy():
    return load_shipped_policy(["de", "uk", "us", "hk", "sg", "jp", "au"])


@pytest.mark.parametrize(
    ("series", "minimum", "maximum", "triggers", "starts", "source"), ROWS
)
def test_row_has_the_period_and_the_start_of_its_law(
    policy, series, minimum, maximum, triggers, starts, source
):
    found = policy.get_series(series)
    rule = found.retention
    stated = "permanent" if rule.is_permanent else _text(rule.minimum)
    assert (stated, _text(rule.maximum)) == (minimum, maximum)
    assert (rule.trigger, rule.starts) == (triggers, starts)
    assert source in found.citation
    assert found.is_confirmed


def test_every_confirmed_period_abroad_is_in_the_table(policy):
    abroad = [one for one in policy.all_series() if one.id[:2] in OPEN_WHILE_ASSESSED]
    confirmed = {one.id: one for one in abroad if one.is_confirmed}
    assert set(confirmed) == {row[0] for row in ROWS} | set(COVERED)
    for series, minimum in COVERED.items():
        assert _text(confirmed[series].retention.minimum) == minimum
        assert "never shorter" in confirmed[series].about.note


def test_books_outlast_an_open_assessment(policy):
    books = [
        one
        for one in policy.all_series()
        if one.family == "custody"
        and not one.retention.is_permanent
        and one.id[:2] in OPEN_WHILE_ASSESSED
    ]
    assert len(books) > 25
    for one in books:
        assert OPEN_WHILE_ASSESSED[one.id[:2]] in one.block_while, one.id


def test_japanese_books_of_a_loss_are_kept_ten_years(policy):
    for series in ("jp.books", "jp.electronic_transaction"):
        longer = policy.get_series(series).retention.longer_if
        assert {matter: str(length) for matter, length in longer.items()} == {
            "tax_loss": "P10Y"
        }


def _text(period):
    return None if period is None else str(period)
