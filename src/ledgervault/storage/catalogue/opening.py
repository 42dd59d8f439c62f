"""Creates and opens the catalogue file; answers for its schema and its health."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from ledgervault.errors import ConfigurationInvalid, Conflict, NotFound
from ledgervault.storage import durable
from ledgervault.storage.catalogue.engine import BUSY_TIMEOUT_S, Link
from ledgervault.storage.catalogue.log_reads import LogReads
from ledgervault.storage.catalogue.sql_errors import damaged
from ledgervault.storage.catalogue.writes import Writes
from ledgervault.storage.os_errors import shown_path
from ledgervault.storage.reading import find_bytes

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
)  # every schema this release knows, oldest first
_SYNCHRONOUS = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}
_MAGIC = b"SQLite format 3\0"


class SqlCatalogue(LogReads):
    """An open catalogue in one SQLite file."""

    @contextmanager
    def transaction(self) -> Iterator[Writes]:
        with self._link.transaction():
            yield Writes(self._link)

    def copy_to(self, path: str) -> None:
        if self._link.is_in_transaction:
            raise Conflict("a change is under way", code="catalogue.nested")
        target = Path(path)
        _reserve(target)
        try:
            # VACUUM INTO also leaves behind whatever deleted rows left in pages.
            self._link.command("VACUUM INTO ?", path)
            durable.sync_file(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        durable.sync_directory(target.parent)

    def health(self) -> Mapping[str, str]:
        pragma = self._link.pragma
        return {
            "engine": f"SQLite {sqlite3.sqlite_version}",
            "journal_mode": pragma("journal_mode"),
            "synchronous": _SYNCHRONOUS.get(pragma("synchronous"), "unknown"),
            "reason": self._link.journal.reason,
            "secure_delete": "on" if pragma("secure_delete") == "1" else "off",
            "schema": _revision(self._link),
            "integrity": pragma("quick_check(1)"),
        }

    def close(self) -> None:
        self._link.close()


def create_catalogue(path: Path) -> SqlCatalogue:
    """Create an empty catalogue with the newest schema; Conflict if it exists."""
    _reserve(path)
    link = Link(path)
    try:
        _upgrade(link)
    except BaseException:
        link.close()
        raise
    durable.sync_directory(path.parent)
    return SqlCatalogue(link)


def open_catalogue(path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> SqlCatalogue:
    """Open a catalogue; bring an older schema up to date.

    Raises NotFound `catalogue.missing`, IntegrityViolated `catalogue.damaged`,
    ConfigurationInvalid `vault.newer-schema`.
    """
    _verify_present(path)
    link = Link(path, busy_timeout_s)
    try:
        if _known_revision(link) != REVISIONS[-1]:
            _upgrade(link)
    except BaseException:
        link.close()
        raise
    return SqlCatalogue(link)


def _reserve(path: Path) -> None:
    try:
        durable.write_new(path, b"")  # SQLite would create it with a wider mode
    except Conflict as error:
        raise Conflict(
            f"{shown_path(path)} exists already", code="catalogue.exists"
        ) from error


def _upgrade(link: Link) -> None:
    from ledgervault.storage.catalogue.migrations.upgrading import upgrade

    with link.transaction():
        upgrade(link.connection)


def _verify_present(path: Path) -> None:
    head = find_bytes(path, max_bytes=len(_MAGIC), cut=True)
    if head is None:
        raise NotFound(
            f"there is no catalogue at {shown_path(path)}",
            hint="restore a backup: `vault backup restore`",
            code="catalogue.missing",
        )
    if head != _MAGIC:
        raise damaged("the file is not a database")


def _known_revision(link: Link) -> str:
    revision = _revision(link)
    if revision not in REVISIONS:
        raise ConfigurationInvalid(
            f"the catalogue has the schema {revision[:40]!r}, which this "
            "release does not know",
            hint="use the release of ledgervault that wrote it, or a later one",
            code="vault.newer-schema",
        )
    return revision


def _revision(link: Link) -> str:
    row = link.first(text("SELECT version_num FROM alembic_version"))
    if row is None or type(row[0]) is not str:
        raise damaged("it does not say which schema it has")
    return row[0]
