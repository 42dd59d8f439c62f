"""Scenario files: which facts each kind of question states, and which answers.

Read like policy files: everything wrong at once, each with its place.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.scenarios import NONE, Scenario
from ledgervault.domain.vocabulary import (
    CERTIFICATES,
    DEPARTMENTS,
    FORMATS,
    LEVELS,
    MATTERS,
    OPERATIONS,
    OPINIONS,
    PROPERTIES,
    RECEIVERS,
    ROLES,
    SCENARIOS,
    SIGNERS,
    TRIGGERS,
)
from ledgervault.policyfile.nodes import Node, Scalar, Table, find_node, parse_nodes
from ledgervault.policyfile.problems import PolicyInvalid, Problem, problem_at
from ledgervault.policyfile.readers import Reader, Reading, items, mapping, table
from ledgervault.policyfile.scalars import (
    choice,
    day,
    destination,
    identifier,
    instant,
    integer,
    text,
    truth,
)

_MOST = 999_999_999
_STATES = ("active", "held", "restricted", "due", "permanent", "indeterminate")
_ACTIONS = (
    "appraise",
    "transfer",
    "return",
    "destroy",
    "anonymise",
    "restrict",
    "keep",
)


def _day_or_none(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar) and node.text in (NONE, "null", "~"):
        return NONE
    value: str | None = day(node, reading)
    return value


def _some(reader: Reader) -> Reader:
    return items(reader, may_be_one=True)


LEVEL = choice(LEVELS, "level")
ROLE = choice(ROLES, "role")
DAY = Reader(_day_or_none, {"anyOf": [{"const": NONE}, day.schema]})
COUNTS = mapping(integer(0, _MOST), key=ROLE)
PEOPLE = integer(0, _MOST)
CLIENT = table({"jurisdiction": text, "fiscal_year_end": text, "kind": identifier})
PAPER = table(
    {
        "name": text,
        "path": text,
        "mime": text,
        "text": text,
        "xml_root": text,
        "size": integer(0, _MOST),
        "detected": mapping(integer(0, _MOST), key=choice(DETECTORS, "detector")),
    },
    required=("name",),
)
SHARE = table(
    {
        "series": identifier,
        "level": LEVEL,
        "format": choice(FORMATS, "format"),
        "days": integer(0, 99_999),
        "destination": destination,
        "purpose": text,
        "consent": truth,
        "watermark": truth,
        "approvals": COUNTS,
        "subjects_this_year": PEOPLE,
        "sensitive_subjects_this_year": PEOPLE,
    },
    required=("series", "level"),
)
ACCESS = table(
    {
        "role": ROLE,
        "operation": choice(OPERATIONS, "operation"),
        "series": identifier,
        "level": LEVEL,
        "registers": mapping(day, key=identifier),
        "granted_on": day,
        "other_roles": _some(ROLE),
    },
    required=("role", "operation"),
)
KINDS = {
    "series": identifier,
    "paper": PAPER,
    "share": SHARE,
    "destroy": table({"series": identifier}, required=("series",)),
    "access": ACCESS,
    "archive": table({"series": identifier, "period": text}, required=("series",)),
}
GIVEN = table(
    {
        **KINDS,
        "period": text,
        "created": day,
        "client": CLIENT,
        "dates": mapping(day, key=choice(TRIGGERS, "trigger")),
        "matters": _some(choice(MATTERS, "matter")),
        "holds": _some(text),
        "at": instant,
    }
)
RULING = {"rule": identifier, "pack": identifier, "citation": text}
PERMISSION = {"permitted": truth, "hint": text, **RULING}
EXPECT = {
    "series": table(
        {
            "state": choice(_STATES, "state"),
            "due": DAY,
            "action": choice(_ACTIONS, "action"),
            **RULING,
        }
    ),
    "paper": table(
        {
            "series": identifier,
            "type": identifier,
            "level": LEVEL,
            "inbox": truth,
            "rule": identifier,
            "pack": identifier,
        }
    ),
    "share": table(PERMISSION),
    "access": table({**PERMISSION, "approvals": COUNTS}),
    "destroy": table(
        {
            "permitted": truth,
            "hint": text,
            "rule": identifier,
            "pack": identifier,
            "approvals": COUNTS,
            "automatic": truth,
            "witnesses": integer(0, 20),
            "grace_days": integer(0, 99_999),
            "opinions": _some(choice(OPINIONS, "opinion")),
            "witness_from": _some(choice(DEPARTMENTS, "department")),
            "certificate": choice(CERTIFICATES, "certificate"),
            "distinct": truth,
            "separate": _some(choice(SIGNERS, "signer")),
        }
    ),
    "archive": table(
        {
            **PERMISSION,
            "close_from": DAY,
            "checks": _some(choice(PROPERTIES, "property")),
            "registers": _some(identifier),
            "hand_over_to": choice(RECEIVERS, "receiver"),
            "hand_over_from": DAY,
            "hand_over_by": DAY,
        }
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of one file and the packs they are asked of."""

    name: str
    packs: tuple[str, ...]
    scenarios: tuple[Scenario, ...]


def load_scenarios(sources: Sequence[tuple[str, bytes]]) -> list[ScenarioFile]:
    """Load scenario files; PolicyInvalid with every problem of all of them."""
    problems: list[Problem] = []
    files = []
    for name, content in sources:
        root, found = parse_nodes(content, name)
        reading = Reading(name, list(found))
        if root is not None:
            files.append(_file(root, reading))
        problems += reading.problems
    if problems:
        raise PolicyInvalid(problems)
    return files


def _file(root: Node, reading: Reading) -> ScenarioFile:
    scenarios: list[Scenario] = []

    def one(node: Node, reading: Reading) -> None:
        found = _scenario(node, reading)
        scenarios.extend([found] if found else [])

    read = table(
        {
            "language": choice((SCENARIOS,), "language"),
            "pack": identifier,
            "with": _some(identifier),
            "scenarios": items(Reader(one, {})),
        },
        required=("language", "pack", "scenarios"),
    )
    data = read(root, reading) or {}
    reading.problems += _repeated(scenarios, root)
    packs = [data.get("pack"), *(data.get("with") or ())]
    return ScenarioFile(reading.file, tuple(filter(None, packs)), tuple(scenarios))


def _scenario(node: Node, reading: Reading) -> Scenario | None:
    before = len(reading.problems)
    given_node = find_node(node, "given")
    kind = _kind(given_node, reading)
    read = table(
        {"id": identifier, "note": text, "given": GIVEN, "expect": EXPECT[kind]},
        required=("given", "expect"),
    )
    found: dict[str, Any] = read(node, reading) or {}
    if found.get("expect") == {}:
        reading.note(find_node(node, "expect"), "a scenario expects something")
    if len(reading.problems) > before:
        return None
    name = found.get("id", f"line-{node.line}")
    return Scenario(
        name, reading.file, node.line, kind, found["given"], found["expect"]
    )


def _kind(given: Node, reading: Reading) -> str:
    entries = given.entries if isinstance(given, Table) else ()
    kinds = [key.text for key, _value in entries if key.text in KINDS]
    if len(kinds) != 1:
        message = "a scenario asks one thing: {options}"
        reading.note(given, message, options=", ".join(KINDS))
    return kinds[0] if kinds else "series"


def _repeated(scenarios: Sequence[Scenario], root: Node) -> Iterator[Problem]:
    seen: set[str] = set()
    column = root.column
    for one in scenarios:
        if one.id in seen:
            message = "the id {word} stands twice"
            yield problem_at((one.file, one.line, column), message, word=one.id)
        seen.add(one.id)
