import sqlite3

import pytest

from ledgervault.storage.catalogue.journal_mode import choose_journal


@pytest.mark.parametrize(
    "version",
    [(3, 51, 3), (3, 51, 4), (3, 52, 0), (4, 0, 0), (3, 50, 7), (3, 50, 9), (3, 44, 6)],
)
def test_fixed_versions_use_wal_and_full(version):
    rule = choose_journal(version)
    assert (rule.mode, rule.synchronous) == ("wal", "FULL")
    assert ".".join(map(str, version)) in rule.reason


@pytest.mark.parametrize(
    "version",
    [(3, 40, 1), (3, 44, 5), (3, 45, 9), (3, 49, 9), (3, 50, 6), (3, 51, 2), (3, 7, 0)],
)
def test_other_versions_use_delete_and_extra_never_full(version):
    rule = choose_journal(version)
    assert (rule.mode, rule.synchronous) == ("delete", "EXTRA")
    assert "WAL-reset" in rule.reason


def test_linked_sqlite_has_strict_tables():
    assert sqlite3.sqlite_version_info >= (3, 37, 0)
