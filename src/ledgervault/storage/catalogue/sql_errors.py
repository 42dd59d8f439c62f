"""Turns database errors into errors that say what to do; keeps values out of them.

Codes: https://www.sqlite.org/rescode.html (primary codes, low byte).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    StorageUnavailable,
)

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED = {
    sqlite3.SQLITE_READONLY: ("storage.read-only", "mount the disk for writing"),
    sqlite3.SQLITE_FULL: ("storage.full", "free some space, then run it again"),
    sqlite3.SQLITE_CANTOPEN: ("storage.not-permitted", "check owner and mode"),
    sqlite3.SQLITE_PERM: ("storage.not-permitted", "check owner and mode"),
    sqlite3.SQLITE_IOERR: ("storage.io", "check the disk, then run it again"),
    sqlite3.SQLITE_NOMEM: ("storage.memory", "the machine is out of memory"),
}
_PRIMARY = 0xFF


@contextmanager
def sql_errors() -> Iterator[None]:
    """Translate every database error inside; a wrong use of the driver stays a bug."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.ProgrammingError):
            raise
        raise sql_error(error.orig) from error
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise sql_error(error) from error
    except UnicodeDecodeError as error:
        raise damaged("a column of text is not UTF-8") from error


def sql_error(error: BaseException | None) -> LedgerVaultError:
    """Build the product's error for one of the driver's."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in _LOCKED:
        return Conflict(
            "another act is writing to the catalogue",
            hint="wait for it to finish, then run the command again",
            code="catalogue.locked",
        )
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Conflict(
            f"the catalogue already holds something else there: {error}",
            hint="run the command again; it will start from the present state",
            code="catalogue.conflict",
        )
    if code in _REFUSED:
        refused, hint = _REFUSED[code]
        return StorageUnavailable(
            f"the catalogue cannot be used: {error}", hint=hint, code=refused
        )
    return damaged(str(error))


def damaged(why: str) -> IntegrityViolated:
    """Say that the catalogue's bytes are not what we would have written."""
    return IntegrityViolated(
        f"the catalogue is damaged: {why}",
        hint="keep it as it is and restore a backup: `vault backup restore`",
        code="catalogue.damaged",
    )
