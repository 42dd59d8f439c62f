"""Which period a paper is of, from what its content, name and folders say plainly.

Long runs of digits say nothing, and neither do the counters and time stamps of
cameras, scanners and exports: a wrong period would be a wrong date of disposal.
"""

import functools
import re
from collections.abc import Mapping

from ledgervault.domain.dates import month_in

_YEAR = r"(?:19[89]\d|20[0-6]\d)"
_MONTH = r"(0?[1-9]|1[0-2])"
_PATTERNS = (
    (re.compile(rf"(?<!\d)({_YEAR})\s*年\s*第?{_MONTH}\s*[月期]"), "month"),
    (re.compile(rf"(?<!\d)({_YEAR})[-._/]?\s*[Qq]([1-4])(?!\d)"), "quarter"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年?\s*第?([一二三四1-4])季"), "quarter"),
    (re.compile(rf"(?<!\d)({_YEAR})[-._/]?\s*[Hh]([12])(?!\d)"), "half"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年?\s*(上|下)半年"), "half"),
    (re.compile(rf"(?<!\d)({_YEAR})[-._/](0[1-9]|1[0-2])(?!\d)"), "month"),
    (re.compile(rf"(?<![\d.])(0[1-9]|1[0-2])[-._/]({_YEAR})(?!\d)"), "month first"),
    (re.compile(rf"\b[Qq]([1-4])[ /-]?({_YEAR})(?!\d)"), "quarter first"),
    (
        re.compile(rf"\b([1-4])\. ?(?:Quartal|Vierteljahr) ({_YEAR})(?!\d)"),
        "quarter first",
    ),
    (re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(?!\d)"), "month"),
    (re.compile(rf"(?<!\d)FY\s*({_YEAR})(?!\d)", re.IGNORECASE), "year"),
    (re.compile(rf"(?<!\d)({_YEAR})\s*年"), "year"),
    (re.compile(rf"(?<!\d)({_YEAR})(?!\d)"), "year"),
)
# A day without separators may be the day of an export or a scan: the last resort.
_COMPACT_DAY = re.compile(
    rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
_SPAN = re.compile(
    rf"({_YEAR})\s*[-./年]\s*{_MONTH}(?!\d).{{0,8}}?(?:至|到|~|—|-{{1,2}}|\bto\b)\s*"
    rf"({_YEAR})\s*[-./年]\s*{_MONTH}(?!\d)"
)
_FULL_DAY = re.compile(
    rf"(?<!\d)({_YEAR})\s?[-./年]\s?{_MONTH}\s?[-./月]\s?\d{{1,2}}(?!\d)"
)
_COUNTERS = re.compile(
    r"(?:img|dsc[fn]?|pic|scan|photo|screenshot|mmexport|book|sheet|copy|doc"
    r"|扫描件?|图片|照片|截图|未命名|复制|副本|备份|资料|新建[^\d]{0,24}|导出数据|助手|微信\w{0,2})"
    r"[-_ #.()（]*\d+",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"(?<![\d年]){_MONTH}\s*月(?!\d)")
_FIELD_NAMES = ("period", "document_date", "issue_date", "date", "first_date")
_YEAR_FIELD = "year"  # of papers that belong to a whole year, whatever their day
_MONTH_FIELD = "month"  # of papers that leave the year to their folder
_HEADING = "heading_date"  # a first date in the text, which may only be a printing date
_BETWEEN = re.compile(r"\s(?:to|bis|until|through|-|–)\s", re.IGNORECASE)
_CHINESE = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}
_MARKS = {"quarter": "Q", "half": "H"}
_LENGTHS, _YEAR_MONTHS = {3: "Q", 6: "H"}, 12
_ANY_YEAR = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_YEAR_CHARACTERS = 4


def infer_period(
    name: str,
    path: str,
    fields: Mapping[str, str],
    *,
    head: str = "",
    is_month_first: bool = False,
) -> str | None:
    """Return the filing period a paper plainly states, or None.

    Fields taken from the content come first, then the name, then a date in the
    heading, then a day or span in the `head` of the text where no rule knows better,
    then the folders from the innermost outwards: `12月` in `2025年` is 2025-12.
    `is_month_first` says how the client's country writes 04/10/2025.
    """
    if year := _year_in(fields.get(_YEAR_FIELD, "")):
        return year
    for field in _FIELD_NAMES:
        found = _stated_in(fields.get(field, ""), is_month_first=is_month_first)
        if found is not None:
            return found
    plain = _COUNTERS.sub(" ", name)
    found = _period_in(plain)
    month = _bare_month_in(plain)
    heading = _stated_in(fields.get(_HEADING, ""), is_month_first=is_month_first)
    if heading is None and found is None and month is None:
        heading = _dated_in(head, is_month_first=is_month_first)
    if heading is not None and month is None and _says_more(heading, found):
        return heading
    month = month or _bare_month_in(fields.get(_MONTH_FIELD, ""))
    folders = path.split("/")[:-1]
    return _with_folders(found, month, folders) or _day_in(name)


def _says_more(heading: str, named: str | None) -> bool:
    # A name that says the year leaves the month to the heading.
    return named is None or (len(named) == _YEAR_CHARACTERS and named in heading)


def _stated_in(text: str, *, is_month_first: bool = False) -> str | None:
    if not text:
        return None
    return (
        _span_in(text, is_month_first=is_month_first)
        or month_in(text, is_month_first=is_month_first)
        or _period_in(text)
        or _day_in(text)
    )


def _dated_in(head: str, *, is_month_first: bool) -> str | None:
    """Return the first span or day of a text: rows may hold months of other papers."""
    for line in head.split("\n"):
        day = _FULL_DAY.search(line)
        found = (
            _span_in(line, is_month_first=is_month_first)
            if _BETWEEN.search(line)
            else None
        )
        found = found or (f"{day.group(1)}-{int(day.group(2)):02d}" if day else None)
        found = found or month_in(line, is_month_first=is_month_first)
        if found is not None:
            return found
    return None


def _year_in(text: str) -> str | None:
    found = _ANY_YEAR.search(text)
    return found.group(1) if found else None


def _with_folders(
    found: str | None, month: str | None, folders: list[str]
) -> str | None:
    for folder in reversed(folders):
        if found is not None:
            break
        found, its_month = _read_folder(folder)
        month = month or its_month
    if found is None or month is None or len(found) != _YEAR_CHARACTERS:
        return found
    return f"{found}-{month}"


@functools.lru_cache(maxsize=1024)  # papers of a pile share their folders
def _read_folder(folder: str) -> tuple[str | None, str | None]:
    plain = _COUNTERS.sub(" ", folder)
    return _period_in(plain), _bare_month_in(plain)


def _span_in(text: str, *, is_month_first: bool) -> str | None:
    """Return the month, quarter, half or year from its first to its last month."""
    found = _SPAN.search(text)
    if found is not None:
        year, first, last_year, last = found.groups()
        return _period_of((int(year), int(first)), (int(last_year), int(last)))
    sides = _BETWEEN.split(text, maxsplit=1)
    months = [month_in(side, is_month_first=is_month_first) for side in sides]
    if len(months) == 1 or None in months:
        return None
    begin, end = ((int(one[:4]), int(one[5:])) for one in months if one)
    return _period_of(begin, end)


def _period_of(begin: tuple[int, int], end: tuple[int, int]) -> str | None:
    """Return the period from one (year, month) to another; None for odd lengths.

    Twelve months that are no calendar year are named by the year they end in.
    """
    (year, first), (last_year, last) = begin, end
    length = 12 * (last_year - year) + last - first + 1
    if length == 1:
        return f"{year}-{first:02d}"
    if length == _YEAR_MONTHS:
        return f"{last_year}"
    mark = _LENGTHS.get(length)
    if mark is None or (first - 1) % length:
        return None
    return f"{year}-{mark}{last // length}"


def _period_in(text: str) -> str | None:
    for pattern, kind in _PATTERNS:
        match = pattern.search(text)
        if match is None:
            continue
        year = match.group(1)
        if kind == "year":
            return year
        part = match.group(2)
        unit, _space, is_first = kind.partition(" ")
        if is_first:
            year, part = part, year
        if unit == "month":
            return f"{year}-{int(part):02d}"
        return f"{year}-{_MARKS[unit]}{_CHINESE.get(part, part)}"
    return None


def _day_in(text: str) -> str | None:
    found = _COMPACT_DAY.search(text)
    return f"{found.group(1)}-{found.group(2)}" if found else None


def _bare_month_in(text: str) -> str | None:
    found = _BARE_MONTH.search(text)
    return f"{int(found.group(1)):02d}" if found else None
