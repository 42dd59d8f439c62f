"""What holds of finds, headings and periods for any text."""

import random  # noqa: TID251 - repeatable numbers, nothing secret

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.invented import Numbers
from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.detectors import DETECTORS, detect, find_values
from ledgervault.domain.headings import LINE_CHARACTERS, LINES, heading_of
from ledgervault.domain.periods import infer_period

NUMBERS = Numbers(random.Random(5))
VALUES = (
    ("resident_id", NUMBERS.resident_id()),
    ("uscc", NUMBERS.uscc()),
    ("bank_card", NUMBERS.card()),
    ("mobile", NUMBERS.mobile()),
    ("einvoice_no", NUMBERS.einvoice(2026)),
    ("iban", NUMBERS.iban()),
    ("vat_de", NUMBERS.vat_de()),
    ("ssn", NUMBERS.ssn()),
)
# Texts of what numbers are made of are the hard ones.
NUMBERISH = st.text(alphabet="0123456789ABEDGX -(),.*\n年税号TFN１２ ", max_size=300)
DATEISH = st.text(alphabet="0129年月日-./至 to Q3季上半第MayFY,\n", max_size=80)
PLAIN = st.text(alphabet="某公司付款摘要 ，。\n（）", max_size=60)


@settings(max_examples=300, deadline=None)
@given(text=NUMBERISH | st.text(max_size=200))
def test_any_text_is_searched_and_names_only_detectors(text):
    found = detect(text, limit=3)
    assert set(found) <= set(DETECTORS)
    assert all(1 <= count <= 3 for count in found.values())
    assert detect(text.encode("utf-8", "replace"), limit=3) == found


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_searched(raw):
    assert set(detect(raw)) <= set(DETECTORS)


@pytest.mark.parametrize(("detector", "value"), VALUES)
@settings(max_examples=40, deadline=None)
@given(before=PLAIN, after=PLAIN)
def test_a_number_is_found_in_any_prose(detector, value, before, after):
    assert detector in detect(f"{before}\n{value}\n{after}")
    compact = value.replace("-", "")
    assert [one.replace("-", "") for one in find_values(value, detector)] == [compact]


@settings(max_examples=300, deadline=None)
@given(text=NUMBERISH | st.text(max_size=400))
def test_headings_are_short(text):
    lines = heading_of(text).split("\n")
    assert len(lines) <= LINES
    assert all(len(line) <= LINE_CHARACTERS for line in lines)


@settings(max_examples=500, deadline=None)
@given(
    name=DATEISH,
    folder=DATEISH,
    field=st.sampled_from(("period", "year", "month", "heading_date", "date")),
    text=DATEISH,
    is_month_first=st.booleans(),
)
def test_whatever_period_is_inferred_can_be_filed(
    name, folder, field, text, is_month_first
):
    period = infer_period(
        name,
        f"{folder}/{name}",
        {field: text},
        head=text,
        is_month_first=is_month_first,
    )
    if period is not None:
        assert parse_filing_period(period)
