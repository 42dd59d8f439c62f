"""Column types that check every value they read.

Anyone may have edited the file, so a value of the wrong type or length raises
IntegrityViolated `catalogue.damaged` instead of reaching the rules.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Integer, LargeBinary, Text

from ledgervault.storage.catalogue.sql_errors import damaged

Reader = Callable[[Any], Any]
_ISO_DAY_CHARACTERS = 10


class Octets(LargeBinary):
    """Bytes; of exactly `size` where that is given."""

    cache_ok = True

    def __init__(self, size: int | None = None) -> None:
        super().__init__()
        self.size = size

    def bind_processor(self, dialect: Any) -> None:  # noqa: ARG002 - the driver takes bytes
        return None

    def result_processor(self, dialect: Any, coltype: Any) -> Reader:  # noqa: ARG002
        size = self.size

        def read(value: Any) -> Any:
            if type(value) is bytes and (size is None or len(value) == size):
                return value
            raise damaged("a column of bytes holds something else")

        return read


class Words(Text):
    """Text."""

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Reader:  # noqa: ARG002
        return _read_text


class Whole(Integer):
    """A whole number, never negative."""

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Reader:  # noqa: ARG002
        return _read_whole


class Flag(Integer):
    """True or False as 1 or 0."""

    cache_ok = True

    @staticmethod
    def write(value: bool) -> int:  # noqa: FBT001 - what the column holds
        """Write a value as the database keeps it."""
        return int(value)

    def bind_processor(self, dialect: Any) -> Reader:  # noqa: ARG002
        return self.write

    def result_processor(self, dialect: Any, coltype: Any) -> Reader:  # noqa: ARG002
        return _read_flag


class Day(Text):
    """A calendar day as ISO text, or none; never a database's date type."""

    cache_ok = True

    @staticmethod
    def write(value: date | None) -> str | None:
        """Write a value as the database keeps it."""
        return None if value is None else value.isoformat()

    def bind_processor(self, dialect: Any) -> Reader:  # noqa: ARG002
        return self.write

    def result_processor(self, dialect: Any, coltype: Any) -> Reader:  # noqa: ARG002
        return _read_day


def _read_text(value: Any) -> str:
    if type(value) is str:
        return value
    raise damaged("a column of text holds something else")


def _read_whole(value: Any) -> int:
    if type(value) is int and value >= 0:
        return value
    raise damaged("a column of numbers holds something else")


def _read_flag(value: Any) -> bool:
    if type(value) is int and value in {0, 1}:
        return value == 1
    raise damaged("a column of yes or no holds something else")


def _read_day(value: Any) -> date | None:
    if value is None:
        return None
    if type(value) is str and len(value) == _ISO_DAY_CHARACTERS:
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise damaged("a column of days holds an impossible day") from error
    raise damaged("a column of days holds something else")
