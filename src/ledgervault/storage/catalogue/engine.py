"""One connection to SQLite: its settings, its transactions, its translated errors.

The driver never begins a transaction by itself; `transaction` takes the write
lock first and ends with one COMMIT. Statement values never reach an error.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, Table, create_engine
from sqlalchemy.pool import NullPool

from ledgervault.errors import Conflict
from ledgervault.storage.catalogue.column_types import Day, Flag
from ledgervault.storage.catalogue.journal_mode import JournalRule, choose_journal
from ledgervault.storage.catalogue.sql_errors import sql_errors

BUSY_TIMEOUT_S = 30.0
_CACHE_KIB = 32 * 1024  # a large batch must not spill to disk before its commit
_SETTINGS = (
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
    f"cache_size=-{_CACHE_KIB}",
)

Parameters = Mapping[str, Any]


class Link:
    """An open connection; every database error leaves it translated."""

    def __init__(self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        uri = f"{path.absolute().as_uri()}?mode=rw"

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                uri, uri=True, isolation_level=None, timeout=busy_timeout_s
            )

        self._engine = create_engine(
            "sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True
        )
        self.is_in_transaction = False
        with sql_errors():
            self.connection: Connection = self._engine.connect()
        try:
            self.journal = self._configure()
        except BaseException:
            self.close()
            raise

    def all(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> Sequence[Any]:
        """Return every row of a query."""
        with sql_errors():
            return self.connection.execute(statement, parameters or {}).all()

    def first(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Return the first row of a query, or None."""
        with sql_errors():
            return self.connection.execute(statement, parameters or {}).first()

    def run(self, statement: Executable, items: Sequence[Parameters]) -> int:
        """Run a change once for each item; return how many rows it touched."""
        if not items:
            return 0
        with sql_errors():
            return self.connection.execute(statement, items).rowcount

    def insert(self, table: Table, items: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows given as values in the order of the table's columns.

        Skips what SQLAlchemy does for each parameter: a batch has 10,000 rows.
        """
        if items:
            insertion = str(table.insert().compile(self._engine))
            with sql_errors():
                self.connection.exec_driver_sql(insertion, list(_written(table, items)))

    def change(self, text: str, items: Sequence[tuple[Any, ...]]) -> int:
        """Run a change as plain SQL once for each item; return how many it touched."""
        if not items:
            return 0
        with sql_errors():
            return self.connection.exec_driver_sql(text, list(items)).rowcount

    def pragma(self, text: str) -> str:
        """Run a PRAGMA; return the first value it answers, as text."""
        with sql_errors():
            result = self.connection.exec_driver_sql(f"PRAGMA {text}")
            row = result.first() if result.returns_rows else None
        return "" if row is None else str(row[0])

    def command(self, text: str, *values: str) -> None:
        """Run a statement that returns nothing."""
        with sql_errors():
            self.connection.exec_driver_sql(text, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit at the end or roll back on any exception."""
        if self.is_in_transaction:
            raise Conflict("a change is already under way", code="catalogue.nested")
        self.command("BEGIN IMMEDIATE")
        self.is_in_transaction = True
        try:
            yield
            self.command("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self.is_in_transaction = False

    def close(self) -> None:
        """Close the connection."""
        with sql_errors():
            self.connection.close()
            self._engine.dispose()

    def _configure(self) -> JournalRule:
        for setting in _SETTINGS:
            self.pragma(setting)
        rule = choose_journal(sqlite3.sqlite_version_info)
        mode = self.pragma(f"journal_mode={rule.mode}")
        if mode != rule.mode:
            rule = JournalRule(mode, "EXTRA", f"the file system refuses {rule.mode}")
        self.pragma(f"synchronous={rule.synchronous}")
        return rule

    def _roll_back(self) -> None:
        # SQLite has already rolled back after some errors, such as a full disk.
        driver = self.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection) and driver.in_transaction:
            self.command("ROLLBACK")


def _written(
    table: Table, items: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    for place, column in enumerate(table.columns):
        if isinstance(column.type, Day | Flag):
            items = _written_at(place, column.type.write, items)
    return items


def _written_at(
    place: int, write: Callable[[Any], Any], items: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    return [(*item[:place], write(item[place]), *item[place + 1 :]) for item in items]
