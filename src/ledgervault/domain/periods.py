"""Which period a paper is of, from what its name and folders say plainly.

Long runs of digits say nothing: invoice numbers and scanner stamps are no dates.
"""

import re
from collections.abc import Mapping

_YEAR = r"(?:19[89]\d|20[0-6]\d)"
_MONTH = r"(0?[1-9]|1[0-2])"
_PATTERNS = (
    (re.compile(rf"(?<!\d)({_YEAR})\s*年\s*{_MONTH}\s*月"), "month"),
    (re.compile(rf"(?<!\d)({_YEAR})[-._/]?\s*[Qq]([1-4])(?!\d)"), "quarter"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年?\s*第?([一二三四1-4])季"), "quarter"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年?\s*(上|下)半年"), "half"),
    (re.compile(rf"(?<!\d)({_YEAR})[-._/](0[1-9]|1[0-2])(?!\d)"), "month"),
    (re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(?!\d)"), "month"),
    (
        re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"),
        "month",
    ),
    (re.compile(rf"(?<!\d)FY\s*({_YEAR})(?!\d)", re.IGNORECASE), "year"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年"), "year"),
    (re.compile(rf"(?<![\d])({_YEAR})(?!\d)"), "year"),
)
_BARE_MONTH = re.compile(rf"(?<!\d){_MONTH}\s*月")
_FIELD_NAMES = ("period", "document_date", "issue_date", "date")
_CHINESE = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}


def infer_period(name: str, path: str, fields: Mapping[str, str]) -> str | None:
    """Return the filing period a paper plainly states, or None.

    Fields taken from the content come first, then the name, then the folders
    from the innermost outwards.
    """
    for field in _FIELD_NAMES:
        found = _period_in(fields.get(field, ""))
        if found is not None:
            return found
    folders = path.split("/")[:-1]
    found = _period_in(name)
    if found is not None:
        return found
    for folder in reversed(folders):
        found = _period_in(folder)
        if found is not None:
            return _with_month(found, name)
    return None


def _period_in(text: str) -> str | None:
    for pattern, kind in _PATTERNS:
        match = pattern.search(text)
        if match is None:
            continue
        year = match.group(1)
        if kind == "year":
            return year
        part = _CHINESE.get(match.group(2), match.group(2))
        if kind == "month":
            return f"{year}-{int(part):02d}"
        return f"{year}-{'Q' if kind == 'quarter' else 'H'}{part}"
    return None


def _with_month(period: str, name: str) -> str:
    match = _BARE_MONTH.search(name)
    if match is None or len(period) != len("2026"):
        return period
    return f"{period}-{int(match.group(1)):02d}"
