"""The policy language: which keys each section has and what they hold.

Sections that this version does not enforce are refused: a rule nobody enforces
must not be adopted.
"""

from typing import Any

from ledgervault.domain.conditions import (
    GLOB_KEYS,
    MAX_DEPTH,
    REGEX_KEYS,
    SIZE_KEYS,
    TEXT_KEYS,
    is_known_key,
)
from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.patterns import find_problem
from ledgervault.domain.policy import (
    ACTIONS,
    FAMILIES,
    LANGUAGE,
    LEVELS,
    PERMANENT,
    TRIGGERS,
)
from ledgervault.policyfile.nodes import Node, Scalar, Table
from ledgervault.policyfile.problems import near_miss, shown
from ledgervault.policyfile.schema import (
    Reading,
    choice,
    day,
    days,
    identifier,
    integer,
    items,
    mapping,
    period,
    table,
    text,
    truth,
    version,
)

FORMATS = ("age", "html", "zip")
ROLES = ("owner", "partner", "bookkeeper", "archivist", "auditor", "service")
BLOCKERS = ("unsettled_debt", "open_matter")
NOT_YET = ("access", "archive", "audit", "registers")
_ALL_KEYS = ("all", "any", "not", *GLOB_KEYS, *REGEX_KEYS, *TEXT_KEYS, *SIZE_KEYS)


def minimum(node: Node, reading: Reading) -> str | None:
    """Read a minimum period, or `permanent`."""
    if isinstance(node, Scalar) and node.text == PERMANENT:
        return PERMANENT
    return period(node, reading)


def not_yet(node: Node, reading: Reading) -> None:
    """Refuse a section that this version would not enforce."""
    reading.note(
        node,
        "this version does not enforce this section",
        "leave it out: a rule nobody enforces must not be adopted",
    )


def pattern(node: Node, reading: Reading) -> str | None:
    """Read a regular expression of the linear kind."""
    value = text(node, reading)
    problem = find_problem(value) if value is not None else None
    if problem:
        reading.note(node, f"no regular expression: {problem}", "RE2 syntax is used")
    return value


def condition(node: Node, reading: Reading, depth: int = 1) -> dict[str, Any] | None:
    """Read a condition: all, any, not, and tests of a paper."""
    if not isinstance(node, Table) or not node.entries:
        reading.note(node, "a condition such as {mime: application/pdf} is expected")
        return None
    if depth > MAX_DEPTH:
        reading.note(node, "a condition nested too deep")
        return None
    return {key.text: _test(key, value, reading, depth) for key, value in node.entries}


def _test(key: Scalar, value: Node, reading: Reading, depth: int) -> Any:
    def inner(node: Node, reading: Reading) -> Any:
        return condition(node, reading, depth + 1)

    if not is_known_key(key.text):
        hint = near_miss(key.text, _ALL_KEYS)
        reading.note(key, f"unknown test {shown(key.text)}", hint)
        return None
    if key.text in ("all", "any"):
        parts = items(inner)(value, reading)
        if parts == []:
            reading.note(value, "an empty list would always or never hold")
        return parts
    if key.text == "not":
        return inner(value, reading)
    if key.text in SIZE_KEYS:
        return integer(0, 999_999_999)(value, reading)
    if key.text in REGEX_KEYS:
        return items(pattern, may_be_one=True)(value, reading)
    if key.text == "detector":
        return items(choice(DETECTORS, "detector"), may_be_one=True)(value, reading)
    return items(text, may_be_one=True)(value, reading)


TITLE = table({"zh": text, "en": text}, required=("zh", "en"))
CITE = table({"law": text, "item": text, "art": text, "url": text}, required=("law",))
RETENTION = table(
    {
        "min": minimum,
        "max": period,
        "trigger": choice(TRIGGERS, "trigger"),
        "starts": choice(("same_day", "next_day"), "start"),
    }
)
LEVEL = choice(LEVELS, "level")
SERIES = table(
    {
        "id": identifier,
        "title": TITLE,
        "family": choice(FAMILIES, "family"),
        "level": LEVEL,
        "retention": RETENTION,
        "then": choice(ACTIONS, "action"),
        "block_while": items(choice(BLOCKERS, "matter")),
        "electronic_only": choice(("allowed", "refused"), "setting"),
        "cite": CITE,
        "effective_from": day,
        "superseded_by": identifier,
        "verified_on": day,
        "confirmed": truth,
        "note": text,
    },
    required=("id", "title", "family", "level", "retention", "then"),
)
FIELD_SOURCE = table(
    {"xpath": text, "regex": pattern, "of": choice(("name", "text"), "source")}
)
CLASSIFY = table(
    {
        "id": identifier,
        "when": condition,
        "set": table(
            {
                "series": identifier,
                "type": identifier,
                "level": LEVEL,
                "fields": mapping(FIELD_SOURCE),
            }
        ),
        "note": text,
    },
    required=("id", "when", "set"),
)
DETECT = table(
    {
        "id": identifier,
        "detector": choice(DETECTORS, "detector"),
        "at_least": integer(1, 1000),
        "level": LEVEL,
        "cite": CITE,
    },
    required=("id", "detector", "level"),
)
SHARE = table(
    {
        "id": identifier,
        "levels": items(LEVEL, may_be_one=True),
        "series": items(text, may_be_one=True),
        "formats": items(choice(FORMATS, "format"), may_be_one=True),
        "longest": period,
        "refuse": truth,
        "cite": CITE,
        "note": text,
    },
    required=("id", "levels"),
)
DESTROY = table(
    {
        "id": identifier,
        "series": items(text, may_be_one=True),
        "approvals": items(
            table(
                {"role": choice(ROLES, "role"), "count": integer(1, 20)},
                required=("role",),
            )
        ),
        "automatic": truth,
        "grace": days,
        "witnesses": integer(0, 20),
        "cite": CITE,
        "note": text,
    },
    required=("id", "series"),
)
FILE = table(
    {
        "language": choice((LANGUAGE,), "language"),
        "pack": identifier,
        "version": version,
        "title": TITLE,
        "jurisdiction": text,
        "series": items(SERIES),
        "classify": items(CLASSIFY),
        "detect": items(DETECT),
        "share": items(SHARE),
        "destroy": items(DESTROY),
        **dict.fromkeys(NOT_YET, not_yet),
    },
    required=("language", "pack"),
)
SECTIONS = ("series", "classify", "detect", "share", "destroy")
HEADER = ("version", "title", "jurisdiction")
