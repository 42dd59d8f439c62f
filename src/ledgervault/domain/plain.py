"""Plain values of an adopted policy, each of the kind that is expected.

TypeError or ValueError for anything else: a number that is text, a flag that is
no truth value, a word the language does not know.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from ledgervault.domain.calendar import CalendarPeriod

Source = Mapping[str, Any]
_Built = TypeVar("_Built")


def listed(value: Any) -> Sequence[Any]:
    """Return a list."""
    if not isinstance(value, list | tuple):
        raise TypeError("a list is expected")
    return value


def text_of(value: Any) -> str:
    """Return text."""
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def optional_text(value: Any) -> str | None:
    """Return text or None."""
    return None if value is None else text_of(value)


def texts(value: Any) -> tuple[str, ...]:
    """Return texts; one alone stands for a list of it."""
    if isinstance(value, str):
        return (value,)
    return tuple(text_of(one) for one in listed(value))


def texts_by_name(value: Any) -> dict[str, str]:
    """Return a mapping of texts."""
    return {text_of(name): text_of(one) for name, one in value.items()}


def word(value: Any, words: Sequence[str]) -> str:
    """Return one of the words."""
    if value not in words:
        raise ValueError("an unknown word")
    return text_of(value)


def words_of(value: Any, words: Sequence[str]) -> tuple[str, ...]:
    """Return several of the words."""
    return tuple(word(one, words) for one in texts(value))


def flag(source: Source, name: str, *, default: bool) -> bool:
    """Return true or false."""
    value = source.get(name, default)
    if not isinstance(value, bool):
        raise TypeError("true or false is expected")
    return value


def count(value: Any) -> int:
    """Return a whole number that is not negative."""
    if type(value) is not int or value < 0:
        raise ValueError("a number is expected")
    return value


def optional_count(value: Any) -> int | None:
    """Return a whole number or None."""
    return None if value is None else count(value)


def period_of(value: Any) -> CalendarPeriod | None:
    """Return a period or None."""
    return None if value is None else CalendarPeriod.parse(text_of(value))


def day_of(value: Any) -> date | None:
    """Return a day or None."""
    return None if value is None else date.fromisoformat(text_of(value))


def built(
    source: Source, section: str, build: Callable[[Source], _Built]
) -> tuple[_Built, ...]:
    """Build every rule of a section."""
    return tuple(build(one) for one in listed(source.get(section, [])))
