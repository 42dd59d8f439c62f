from datetime import date

import pytest

from ledgervault.domain.holds import (
    Hold,
    HoldScope,
    holds_covering,
    is_any_within,
)


def covers(scope, *, period="2026-02", series="cn.voucher.source", released=None):
    hold = Hold("H-1", "tax inspection", scope, date(2026, 1, 1), released)
    found = holds_covering(
        [hold], client="C001", series=series, period=period, document="D-1"
    )
    return found == [hold]


@pytest.mark.parametrize(
    "scope",
    [
        HoldScope(),
        HoldScope(client="C001"),
        HoldScope(series="cn.voucher.source"),
        HoldScope(series="cn.voucher"),
        HoldScope(series="cn.vou*"),
        HoldScope(series="*"),
        HoldScope(documents=frozenset({"D-1", "D-2"})),
    ],
)
def test_hold_covers_what_its_scope_does_not_exclude(scope):
    assert covers(scope)


@pytest.mark.parametrize(
    "scope",
    [
        HoldScope(client="C002"),
        HoldScope(series="cn.vouch"),
        HoldScope(series="cn.ledger.*"),
        HoldScope(documents=frozenset({"D-2"})),
        HoldScope(client="C001", documents=frozenset({"D-2"})),
    ],
)
def test_hold_leaves_what_its_scope_excludes(scope):
    assert not covers(scope)


@pytest.mark.parametrize(
    ("held", "paper"),
    [
        ("2026", "2026-02"),
        ("2026-02", "2026"),
        ("2026-Q1", "2026-02"),
        ("2026-02", "2026-H1"),
        ("2026-02", None),
        ("2026-02", "unreadable"),
        ("unreadable", "2026-02"),
    ],
)
def test_hold_covers_every_period_that_may_overlap(held, paper):
    assert covers(HoldScope(period=held), period=paper)


@pytest.mark.parametrize(("held", "paper"), [("2026-Q2", "2026-02"), ("2025", "2026")])
def test_hold_leaves_other_periods(held, paper):
    assert not covers(HoldScope(period=held), period=paper)


def test_released_hold_covers_nothing():
    assert not covers(HoldScope(), released=date(2026, 2, 1))


def test_series_of_a_hold_is_known_if_it_covers_any_of_the_file_plan():
    class Line:
        id = "cn.voucher.source"

    assert is_any_within([Line()], "cn.voucher.*")
    assert is_any_within([Line()], "cn.voucher")
    assert not is_any_within([Line()], "王某案")
    assert not is_any_within([], "cn.voucher")
