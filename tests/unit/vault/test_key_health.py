import dataclasses
from datetime import timedelta

import pytest

from ledgervault.services.doctoring import examine
from ledgervault.services.rotating import finish_rotation, rotate_keys
from ledgervault.vault.finding import get_client
from ledgervault.vault.key_health import key_health
from ledgervault.vault.new_epochs import prepare_renewal, write_renewal
from ledgervault.vault.writing import writing

PAPERS = {"银行对账单_2013年01月.txt": b"statement one", "收据_2014年02月.txt": b"two"}


class Later:
    """A clock that stands some days ahead of another."""

    def __init__(self, clock, days: int) -> None:
        self._clock, self._days = clock, days

    def now(self):
        return self._clock.now() + timedelta(days=self._days)


def go_on(vault, days: int) -> None:
    clock = Later(vault.stores.clock, days)
    vault.stores = dataclasses.replace(vault.stores, clock=clock)
    vault.journal.clock = clock


@pytest.fixture
def filled(firm):
    firm.client("C001")
    firm.ingest("C001", PAPERS)
    return firm


def checks(vault, name):
    found = [one for one in examine(vault, place_notes=()) if one.name == name]
    return [(one.state, one.finding) for one in found]


def test_document_keys_are_counted_under_the_keys_they_need(filled):
    with filled.opened() as vault:
        health = key_health(vault)
        assert (health.wraps, health.behind, health.is_unfinished) == (2, 0, False)
        assert health.oldest == vault.now().date()
        assert [state for state, _finding in checks(vault, "keys")] == ["ok"]


def test_a_rotation_that_was_cut_off_is_a_problem_until_it_is_finished(filled):
    with filled.opened() as vault:
        with writing(vault, "key rotate"):
            row, _client = get_client(vault, "C001")
            rows = vault.catalogue.compartments_of(row.id)
            renewal = prepare_renewal(vault, rows)
            with vault.act() as act:
                write_renewal(vault, act, renewal, "x")
        assert key_health(vault).behind == 4  # two document keys, two details
        assert [state for state, _finding in checks(vault, "keys")] == ["problem"]
        finish_rotation(vault)
        assert key_health(vault).behind == 0
        assert [state for state, _finding in checks(vault, "keys")] == ["ok"]


def test_keys_older_than_a_year_are_noted_until_they_are_renewed(filled):
    with filled.opened() as vault:
        go_on(vault, 400)
        assert "older than a year" in checks(vault, "keys")[1][1]
        rotate_keys(vault, [], whole=True, why="x")
        assert [state for state, _finding in checks(vault, "keys")] == ["ok"]


def test_a_grant_whose_last_day_has_passed_is_noted(filled):
    filled.join("lin")
    with filled.opened() as vault:
        today = vault.now().date()
    filled.grant("lin", "C001", until=today)
    with filled.opened() as vault:
        assert checks(vault, "grants") == []
        go_on(vault, 2)
        assert [state for state, _finding in checks(vault, "grants")] == ["note"]
