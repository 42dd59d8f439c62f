"""The policy language: which keys each section has and what they hold.

Sections that this version does not enforce are refused: a rule nobody enforces
must not be adopted.
"""

from ledgervault.domain.building import STARTS
from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.policy import (
    ACTIONS,
    FAMILIES,
    LANGUAGE,
    LEVELS,
    PERMANENT,
    TRIGGERS,
)
from ledgervault.policyfile.conditions import condition, pattern
from ledgervault.policyfile.nodes import Node, Scalar
from ledgervault.policyfile.problems import shown
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
NOT_YET_ACTIONS = ("transfer", "return", "anonymise", "restrict")


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


def action(node: Node, reading: Reading) -> str | None:
    """Read what happens at the end; only what this version carries out."""
    value: str | None = choice(ACTIONS, "action")(node, reading)
    if value in NOT_YET_ACTIONS:
        hint = "write `appraise`: people then decide, or hand the papers back"
        reading.note(node, f"this version does not carry out {shown(value)}", hint)
    return value


TITLE = table({"zh": text, "en": text}, required=("zh", "en"))
CITE = table({"law": text, "item": text, "art": text, "url": text}, required=("law",))
RETENTION = table(
    {
        "min": minimum,
        "max": period,
        "trigger": choice(TRIGGERS, "trigger"),
        "starts": choice(STARTS, "start"),
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
        "then": action,
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
