"""Periods of retention as people say them: `P30Y` is 30 years, 30年."""

import re

_PERIOD = re.compile(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?", re.ASCII)
_UNITS = {
    "zh": ("{}年", "{}个月", "{}天"),
    "en": ("{} years", "{} months", "{} days"),
}
_OTHER = {"zh": {"permanent": "永久"}, "en": {"permanent": "for ever"}}


def period_words(text: str, language: str) -> str:
    """Write an ISO 8601 period of whole years, months and days; others as they are."""
    found = _PERIOD.fullmatch(text)
    if found is None or not any(found.groups()):
        return _OTHER[language].get(text, text)
    said = [
        _said(unit, number)
        for unit, number in zip(_UNITS[language], found.groups(), strict=True)
        if number
    ]
    return ("" if language == "zh" else " ").join(said)


def _said(unit: str, number: str) -> str:
    words = unit.format(number)
    return words.removesuffix("s") if number == "1" else words
