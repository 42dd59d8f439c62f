"""The policy language: which keys each section has and what they hold.

One table for everything: files are read by it, and the JSON Schema that editors
use is written from it.
"""

from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.vocabulary import (
    ACTIONS,
    AGENCY_PARTS,
    CERTIFICATES,
    COUNTER_ENDS,
    COUNTER_YEARS,
    DEPARTMENTS,
    ELECTRONIC,
    FAMILIES,
    FIELD_TYPES,
    FORMATS,
    LANGUAGE,
    LEVELS,
    MATTERS,
    OPERATIONS,
    OPINIONS,
    PERMANENT,
    PROPERTIES,
    RECEIVERS,
    ROLES,
    SEVERITIES,
    SIGNERS,
    STARTS,
    TRIGGERS,
)
from ledgervault.policyfile.conditions import condition, pattern
from ledgervault.policyfile.nodes import Node, Scalar
from ledgervault.policyfile.readers import (
    Reader,
    Reading,
    items,
    mapping,
    one_or_several,
    table,
)
from ledgervault.policyfile.scalars import (
    choice,
    code,
    day,
    days,
    delay,
    identifier,
    integer,
    period,
    place,
    text,
    truth,
    version,
)

_MOST_PEOPLE = 999_999_999


def _minimum(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar) and node.text == PERMANENT:
        return PERMANENT
    value: str | None = period(node, reading)
    return value


def _some(reader: Reader) -> Reader:
    return items(reader, may_be_one=True)


MINIMUM = Reader(_minimum, {"anyOf": [{"const": PERMANENT}, period.schema]})
TITLE = table({"zh": text, "en": text}, required=("zh", "en"))
CITE = table({"law": text, "item": text, "art": text, "url": text}, required=("law",))
LEVEL = choice(LEVELS, "level")
GLOBS = _some(text)
ABOUT = {
    "title": TITLE,
    "cite": CITE,
    "effective_from": day,
    "effective_to": day,
    "superseded_by": identifier,
    "verified_on": day,
    "confirmed": truth,
    "note": text,
}
APPROVAL = {"role": choice(ROLES, "role"), "count": integer(1, 20)}
APPROVALS = items(table(APPROVAL, required=("role",)))
RETENTION = table(
    {
        "min": MINIMUM,
        "max": period,
        "trigger": one_or_several(choice(TRIGGERS, "trigger")),
        "starts": choice(STARTS, "start"),
        "longer_if": mapping(period, key=choice(MATTERS, "matter")),
    }
)
SERIES = table(
    {
        "id": identifier,
        **ABOUT,
        "family": choice(FAMILIES, "family"),
        "role": choice(AGENCY_PARTS, "role"),
        "level": LEVEL,
        "retention": RETENTION,
        "then": choice(ACTIONS, "action"),
        "block_while": items(choice(MATTERS, "matter")),
        "electronic_only": choice(ELECTRONIC, "setting"),
    },
    required=("id", "title", "family", "level", "retention", "then"),
)
FIELD_SOURCE = table(
    {"xpath": text, "regex": pattern, "of": choice(("name", "text"), "source")}
)
CLASSIFY = table(
    {
        "id": identifier,
        **ABOUT,
        "when": condition,
        "set": table(
            {
                "series": identifier,
                "type": identifier,
                "level": LEVEL,
                "fields": mapping(FIELD_SOURCE),
            }
        ),
    },
    required=("id", "when", "set"),
)
DETECT = table(
    {
        "id": identifier,
        **ABOUT,
        "detector": choice(DETECTORS, "detector"),
        "at_least": integer(1, 1000),
        "level": LEVEL,
    },
    required=("id", "detector", "level"),
)
COUNTER = table(
    {
        "subjects": integer(1, _MOST_PEOPLE),
        "sensitive_subjects": integer(1, _MOST_PEOPLE),
        "per": choice(COUNTER_YEARS, "span"),
        "then": choice(COUNTER_ENDS, "end"),
    }
)
SHARE = table(
    {
        "id": identifier,
        **ABOUT,
        "levels": _some(LEVEL),
        "series": GLOBS,
        "destinations": _some(place),
        "purposes": GLOBS,
        "formats": _some(choice(FORMATS, "format")),
        "longest": period,
        "approvals": APPROVALS,
        "consent": truth,
        "watermark": truth,
        "residency": _some(place),
        "counter": COUNTER,
        "refuse": truth,
    },
    required=("id", "levels"),
)
DESTROY = table(
    {
        "id": identifier,
        **ABOUT,
        "series": GLOBS,
        "approvals": APPROVALS,
        "automatic": truth,
        "grace": days,
        "witnesses": integer(0, 20),
        "opinions": _some(choice(OPINIONS, "opinion")),
        "witness_from": _some(choice(DEPARTMENTS, "department")),
        "certificate": choice(CERTIFICATES, "certificate"),
        "distinct": truth,
        "separate": _some(choice(SIGNERS, "signer")),
    },
    required=("id", "series"),
)
ACCESS = table(
    {
        "id": identifier,
        **ABOUT,
        "role": choice(ROLES, "role"),
        "operations": _some(choice(OPERATIONS, "operation")),
        "level": LEVEL,
        "series": GLOBS,
        "requires": _some(identifier),
        "valid_for": period,
        "separate_from": _some(choice(ROLES, "role")),
        "approvals": items(
            table({**APPROVAL, "where_possible": truth}, required=("role",))
        ),
    },
    required=("id", "role", "operations", "level"),
)
HAND_OVER = table(
    {
        "to": choice(RECEIVERS, "receiver"),
        "after": period,
        "latest": period,
        "register": identifier,
    },
    required=("to",),
)
ARCHIVE = table(
    {
        "id": identifier,
        **ABOUT,
        "series": GLOBS,
        "close_after": period,
        "checks": _some(choice(PROPERTIES, "property")),
        "registers": _some(identifier),
        "hand_over": HAND_OVER,
        "electronic_only": choice(ELECTRONIC, "setting"),
    },
    required=("id", "series"),
)
AUDIT = table(
    {
        "id": identifier,
        **ABOUT,
        "check": identifier,
        "severity": choice(SEVERITIES, "severity"),
        "every": period,
    },
    required=("id", "check", "severity"),
)
REGISTER_FIELD = table(
    {
        "type": choice(FIELD_TYPES, "type"),
        "required": truth,
        "options": items(text),
    },
    required=("type",),
)
REGISTER = table(
    {
        "id": identifier,
        **ABOUT,
        "fields": mapping(REGISTER_FIELD, key=identifier),
        "states": items(identifier),
        "deadlines": items(
            table(
                {"state": identifier, "after": identifier, "within": delay},
                required=("within",),
            )
        ),
        "satisfies": _some(identifier),
        "counts": _some(identifier),
        "keep": identifier,
    },
    required=("id", "title", "fields"),
)
SECTION_READERS = {
    "series": SERIES,
    "classify": CLASSIFY,
    "detect": DETECT,
    "access": ACCESS,
    "share": SHARE,
    "archive": ARCHIVE,
    "destroy": DESTROY,
    "audit": AUDIT,
    "registers": REGISTER,
}
FILE = table(
    {
        "language": choice((LANGUAGE,), "language"),
        "pack": identifier,
        "override": code,
        "version": version,
        "title": TITLE,
        "jurisdiction": text,
        "include": _some(identifier),
        **{name: items(reader) for name, reader in SECTION_READERS.items()},
    },
    required=("language",),
)
HEADER = ("version", "title", "jurisdiction")
