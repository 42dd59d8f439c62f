"""Registers: what an entry states, while it counts, and by when it must move on.

The kinds come from the adopted policy. An entry whose state is not one that the
policy says counts, or whose last day has passed, satisfies nothing.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from ledgervault.domain.calendar import CalendarPeriod, add_period
from ledgervault.domain.policy import PolicySet, highest_level
from ledgervault.domain.rules import Deadline, RegisterField, RegisterKind
from ledgervault.errors import NotFound, UsageInvalid

ENDS = "ends_on"  # the field with the last day on which an entry counts
ABOUT = "person"
LEVEL = "confidential"  # of entries whose kind names no series
_HOURS = "PT"
_MOST_CHARACTERS = 2000

Translate = Callable[[str], str]
Problem = tuple[str, Mapping[str, str]]  # a sentence with places, and what fills them


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it stands; `fields` is None where the reader has no key."""

    id: bytes
    code: str
    kind: str
    person: str  # id of the person it is about, in hex; empty for nobody
    state: str
    until: date | None  # the last day it counts; None is open
    revision: int
    entered_on: date
    reached: Mapping[str, date]  # the day each state was reached
    author: str
    fields: Mapping[str, str] | None = None


class EntryInvalid(UsageInvalid):
    """What was stated makes no entry; every problem is named."""

    default_code = "register.invalid"

    def __init__(self, problems: Sequence[Problem], kind: RegisterKind) -> None:
        self.problems = tuple(problems)
        needed = ", ".join(one.name for one in kind.fields if one.is_required)
        more = ", ".join(one.name for one in kind.fields if not one.is_required)
        super().__init__(
            self._text(str),
            hint=f"an entry states as FIELD=VALUE: {needed}; if known: {more or '-'}",
        )

    def worded(self, translate: Translate) -> tuple[str, str]:
        """Return all problems and the hint in another language."""
        return self._text(translate), translate(self.hint)

    def _text(self, translate: Translate) -> str:
        return "; ".join(
            translate(sentence).format(**values) for sentence, values in self.problems
        )


def find_kind(policy: PolicySet, name: str) -> RegisterKind:
    """Return a kind of register; NotFound with the kinds there are."""
    kinds = {kind.id: kind for pack in policy.packs for kind in pack.registers}
    if name not in kinds:
        raise NotFound(
            f"the adopted policy has no register {name[:40]!r}",
            hint="one of " + ", ".join(sorted(kinds)),
            code="register.unknown",
        )
    return kinds[name]


def level_of(kind: RegisterKind, policy: PolicySet) -> str:
    """Return the level entries are sealed at: that of the series that keeps them."""
    levels = [series.level for _pack, series in policy.definitions(kind.keep)]
    return highest_level(*levels) if levels else LEVEL


def person_field(kind: RegisterKind) -> str:
    """Name the field that says whom an entry is about; empty where none does."""
    people = [one.name for one in kind.fields if one.type == "person"]
    return ABOUT if ABOUT in people else next(iter(people), "")


def first_state(kind: RegisterKind) -> str:
    """Return the state a new entry has: the first that counts, or the first."""
    return next(iter((*kind.counts, *kind.states)), "")


def list_problems(
    kind: RegisterKind, state: str, fields: Mapping[str, str], today: date
) -> list[Problem]:
    """Return everything that is wrong with what an entry is to state."""
    known = {one.name: one for one in kind.fields}
    problems = [_unknown(name, known) for name in fields if name not in known]
    for name, field in known.items():
        if name in fields:
            problems += _wrong(field, fields[name])
        elif field.is_required:
            problems.append(("{field} is missing", {"field": name}))
    if state not in (*kind.states, "") or (kind.states and not state):
        values = {"value": state[:40], "options": ", ".join(kind.states)}
        problems.append(("{value} is no state; one of {options}", values))
    if not problems and state in kind.counts:
        problems += _not_yet(kind, fields, today)
    return problems


def last_day(fields: Mapping[str, str]) -> date | None:
    """Return the last day an entry counts; None where it states no end."""
    return date.fromisoformat(fields[ENDS]) if fields.get(ENDS) else None


def satisfied(entries: Iterable[Entry], policy: PolicySet) -> dict[str, date]:
    """Return each condition that entries satisfy, and the last day they do."""
    kinds = {kind.id: kind for pack in policy.packs for kind in pack.registers}
    until: dict[str, date] = {}
    for entry in entries:
        kind = kinds.get(entry.kind)
        if kind is None or entry.state not in kind.counts:
            continue
        for name in kind.satisfies:
            until[name] = max(until.get(name, date.min), entry.until or date.max)
    return until


def how_to_enter(condition: str, person: str, policy: PolicySet) -> str:
    """Write the command that enters what a condition asks for; empty: none does."""
    for pack in policy.packs:
        for kind in pack.registers:
            if condition in kind.satisfies:
                stated = [one.name for one in kind.fields if one.is_required]
                words = [
                    f"{name}={person if name == person_field(kind) else name.upper()}"
                    for name in stated
                ]
                return " ".join(["vault register", kind.id, "add", *words])
    return ""


def deadlines_of(entry: Entry, kind: RegisterKind) -> list[tuple[str, date]]:
    """Return what an entry must still reach, and the last day for it."""
    return [
        (one.state, due)
        for one in kind.deadlines
        if not _is_met(entry, kind, one) and (due := _due(entry, one)) is not None
    ]


def _unknown(name: str, known: Mapping[str, RegisterField]) -> Problem:
    near = get_close_matches(name, list(known), n=1)
    values = {"field": name[:40], "options": ", ".join(near or known)}
    return "{field} is no field of it; such as {options}", values


def _wrong(field: RegisterField, value: str) -> list[Problem]:
    values = {"field": field.name, "options": ", ".join(field.options)}
    if not value.strip() or len(value) > _MOST_CHARACTERS:
        return [("{field} is empty or too long", values)]
    if field.type == "date" and not _is_date(value):
        return [("{field} is no date such as 2026-11-23", values)]
    if field.type == "number" and not (value.isascii() and value.isdigit()):
        return [("{field} is no number", values)]
    if field.type == "choice" and value not in field.options:
        return [("{field} is one of {options}", values)]
    return []


def _not_yet(
    kind: RegisterKind, fields: Mapping[str, str], today: date
) -> list[Problem]:
    """Refuse days to come in an entry that is to count from now on."""
    return [
        ("{field} has not come yet", {"field": one.name})
        for one in kind.fields
        if one.type == "date"
        and one.name != ENDS
        and one.name in fields
        and date.fromisoformat(fields[one.name]) > today
    ]


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_met(entry: Entry, kind: RegisterKind, deadline: Deadline) -> bool:
    """Say whether an entry is where a deadline wants it; past its first state counts."""
    states = list(kind.states)
    at = states.index(entry.state) if entry.state in states else 0
    wanted = states.index(deadline.state) if deadline.state in states else 1
    return at >= wanted


def _due(entry: Entry, deadline: Deadline) -> date | None:
    start: date | None = entry.entered_on
    if deadline.after:
        said = (entry.fields or {}).get(deadline.after, "")
        start = entry.reached.get(deadline.after)
        start = date.fromisoformat(said) if said else start
    if start is None:
        return None
    if deadline.within.startswith(_HOURS):
        return start + timedelta(hours=int(deadline.within[2:-1]))
    return add_period(start, CalendarPeriod.parse(deadline.within))
