"""Dates as people write them, read as months: 14.05.2025, 7 July 2026, 04/10/2025."""

import re
from collections.abc import Iterator

_YEAR = r"(?:19[89]\d|20[0-6]\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ENGLISH = (
    "january february march april may june july"
    " august september october november december"
)
_GERMAN = (
    "januar februar märz april mai juni juli august september oktober november dezember"
)
_MONTHS = 12
_SHORTEST_NAME = 3  # letters that a month may be cut to
_NAMED = r"([a-zä]{3,9})\.?"
_DAY_THEN_NAME = re.compile(
    rf"(?<!\d)(?:{_DAY}(?:st|nd|rd|th|\.)?\s+)?{_NAMED},?\s+({_YEAR})(?!\d)"
)
_NAME_THEN_DAY = re.compile(rf"\b{_NAMED}\s+{_DAY}(?:st|nd|rd|th)?,?\s+({_YEAR})(?!\d)")
_NUMBERED = re.compile(rf"(?<![\d./-])(\d{{1,2}})([./-])(\d{{1,2}})\2({_YEAR})(?!\d)")


def month_in(text: str, *, is_month_first: bool = False) -> str | None:
    """Return the first month that a day, or a month by its name, is written in.

    Numbers such as 04/10/2025 are read day first, or month first where the
    country does so, unless only one reading is a date.
    """
    found = [*_named_in(text.lower())]
    found += _numbered_in(text, is_month_first=is_month_first)
    return min(found)[1] if found else None


def _named_in(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_DAY_THEN_NAME, _NAME_THEN_DAY):
        for match in pattern.finditer(text):
            number = _MONTH_NUMBERS.get(match.group(1), 0)
            if number:
                yield match.start(1), f"{match.group(2)}-{number:02d}"


def _numbered_in(text: str, *, is_month_first: bool) -> Iterator[tuple[int, str]]:
    for match in _NUMBERED.finditer(text):
        first, mark, second, year = match.groups()
        order = (int(second), int(first))
        # A dot is the mark of countries that write the day first.
        if is_month_first and mark == "/":
            order = (int(first), int(second))
        number = next((one for one in order if 1 <= one <= _MONTHS), 0)
        if number:
            yield match.start(), f"{year}-{number:02d}"


def _month_numbers() -> dict[str, int]:
    numbers = {}
    for names in (_ENGLISH, _GERMAN):
        for number, name in enumerate(names.split(), 1):
            numbers[name] = numbers[name[:_SHORTEST_NAME]] = number
    return numbers | {"sept": 9, "maerz": 3}


_MONTH_NUMBERS = _month_numbers()
