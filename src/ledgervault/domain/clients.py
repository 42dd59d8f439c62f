"""A client: who it is, and the facts about it that retention counts from."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledgervault.domain.client_facts import (
    NONE,
    OPEN_MATTERS,
    YEAR_END,
    FactEvent,
    FactsInForce,
    facts_in_force,
    standing,
    verify_event,
    verify_month_day,
)
from ledgervault.errors import IntegrityViolated, NotFound, UsageInvalid

KINDS = ("enterprise", "sole_trader", "nonprofit", "individual", "own")
_CODE = re.compile(r"[\w.\-]{1,32}")


@dataclasses.dataclass(frozen=True, slots=True)
class Client:
    """What the vault knows of a client; sealed as a whole under its meta key.

    `fiscal_year_end`, `dates` and `open_matters` are what holds for papers of no
    particular series or period, folded from `events`; ask `facts_for` for a paper.
    """

    code: str
    name: str
    kind: str = "enterprise"
    jurisdiction: str = "CN"
    fiscal_year_end: str = "12-31"
    folders: tuple[str, ...] = ()
    dates: Mapping[str, date] = dataclasses.field(default_factory=dict)
    open_matters: frozenset[str] = frozenset()
    token_key: bytes = dataclasses.field(default=b"", repr=False)
    first_year_end: str = ""  # as taken on; empty: as now
    events: tuple[FactEvent, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "jurisdiction": self.jurisdiction,
            "fiscal_year_end": self.fiscal_year_end,
            "folders": list(self.folders),
            "dates": {key: day.isoformat() for key, day in self.dates.items()},
            "open_matters": sorted(self.open_matters),
            "token_key": self.token_key.hex(),
            "first_year_end": self.first_year_end,
            "events": [event.as_json() for event in self.events],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Client":
        """Rebuild from the sealed form."""
        try:
            return cls(
                code=raw["code"],
                name=raw["name"],
                kind=raw["kind"],
                jurisdiction=raw["jurisdiction"],
                fiscal_year_end=raw["fiscal_year_end"],
                folders=tuple(raw["folders"]),
                dates={k: date.fromisoformat(v) for k, v in raw["dates"].items()},
                open_matters=frozenset(raw["open_matters"]),
                token_key=bytes.fromhex(raw["token_key"]),
                first_year_end=raw.get("first_year_end", ""),
                events=_events(raw),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityViolated(
                "a client record is not readable", code="catalogue.damaged"
            ) from error

    def answers_to(self, folder_name: str) -> bool:
        """Say whether a source folder of that name belongs to this client."""
        return folder_name in (self.code, self.name, *self.folders)

    def facts_for(self, series: str, period: str | None) -> FactsInForce:
        """Return what holds for papers of a series and period."""
        if not self.events:
            return FactsInForce(self.fiscal_year_end, self.dates, self.open_matters, {})
        first = self.first_year_end or self.fiscal_year_end
        return facts_in_force(first, self.events, series=series, period=period)


def verify_client(client: Client) -> None:
    """Refuse a client whose facts no rule could use."""
    if not _CODE.fullmatch(client.code):
        raise UsageInvalid(
            f"not a client code: {client.code[:40]!r}",
            hint="use up to 32 letters, digits, dots or hyphens, such as C001",
            code="usage.client-code",
        )
    if not client.name.strip():
        raise UsageInvalid("a client needs a name", hint="add --name NAME")
    if client.kind not in KINDS:
        raise UsageInvalid(
            f"unknown kind of client: {client.kind[:40]!r}",
            hint="one of " + ", ".join(KINDS),
        )
    verify_month_day(client.fiscal_year_end)


def with_event(client: Client, event: FactEvent) -> Client:
    """Return the client after one more statement; what it takes back must be there."""
    if event.undoes:
        find_event(client, event.undoes)
    else:
        verify_event(event)
    first = client.first_year_end or client.fiscal_year_end
    events = (*client.events, event)
    now = facts_in_force(first, events)
    return dataclasses.replace(
        client,
        first_year_end=first,
        events=events,
        fiscal_year_end=now.year_end,
        dates=now.dates,
        open_matters=now.open_matters,
    )


def find_event(client: Client, event_id: str) -> FactEvent:
    """Return a statement by its id or a beginning of it that no other has."""
    found = [event for event in client.events if event.id.startswith(event_id)]
    if len(found) == 1:
        return found[0]
    raise NotFound(
        f"{client.code} has no single event {event_id[:20]!r}",
        hint=f"`vault client show {client.code}` lists them",
        code="event.not-found",
    )


def has_open_matter(client: Client) -> bool:
    """Say whether any matter is open for any of a client's papers."""
    latest = {
        (one.fact, one.series, one.period): one.value for one in standing(client.events)
    }
    stated = any(
        fact in OPEN_MATTERS and value == "open"
        for (fact, _series, _period), value in latest.items()
    )
    return stated or bool(client.open_matters)


def needs_reason(client: Client, event: FactEvent) -> bool:
    """Say whether a statement takes back or replaces one that counts."""
    if event.undoes or event.value == NONE or event.fact == YEAR_END:
        return True
    scope = (event.fact, event.series, event.period)
    values = [
        one.value
        for one in standing(client.events)
        if (one.fact, one.series, one.period) == scope
    ]
    is_dated = event.fact not in OPEN_MATTERS
    return is_dated and bool(values) and values[-1] not in (NONE, event.value)


def _events(raw: Mapping[str, Any]) -> tuple[FactEvent, ...]:
    if "events" in raw:
        return tuple(FactEvent.from_json(one) for one in raw["events"])
    # A record from before events were kept: its facts become the first of them.
    said = {**raw["dates"], **dict.fromkeys(raw["open_matters"], "open")}
    return tuple(
        FactEvent(f"E-{number:08d}", fact, value, None, "", "", "")
        for number, (fact, value) in enumerate(sorted(said.items()))
    )
