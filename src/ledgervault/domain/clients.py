"""A client and the facts about it that retention counts from."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledgervault.errors import IntegrityViolated, UsageInvalid

KINDS = ("enterprise", "sole_trader", "nonprofit", "individual", "own")
# Facts that triggers of retention rules count from, and matters that block disposal.
DATE_FACTS = (
    "engagement_start",
    "engagement_end",
    "contract_end",
    "deregistered",
    "relationship_end",
)
OPEN_MATTERS = ("unsettled_debt", "open_matter")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_CODE = re.compile(r"[\w.\-]{1,32}")


@dataclasses.dataclass(frozen=True, slots=True)
class Client:
    """What the vault knows of a client; sealed as a whole under its meta key."""

    code: str
    name: str
    kind: str = "enterprise"
    jurisdiction: str = "CN"
    fiscal_year_end: str = "12-31"
    folders: tuple[str, ...] = ()
    dates: Mapping[str, date] = dataclasses.field(default_factory=dict)
    open_matters: frozenset[str] = frozenset()
    token_key: bytes = dataclasses.field(default=b"", repr=False)

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
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityViolated(
                "a client record is not readable", code="catalogue.damaged"
            ) from error

    def answers_to(self, folder_name: str) -> bool:
        """Say whether a source folder of that name belongs to this client."""
        return folder_name in (self.code, self.name, *self.folders)


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
    if not _MONTH_DAY.fullmatch(client.fiscal_year_end):
        raise UsageInvalid(
            f"not a month and day: {client.fiscal_year_end[:20]!r}",
            hint="write the fiscal year end as MM-DD, such as 12-31 or 03-31",
        )


def with_event(client: Client, fact: str, value: str) -> Client:
    """Return the client with one fact changed; `none` withdraws it."""
    if fact in OPEN_MATTERS:
        return _with_matter(client, fact, value)
    if fact == "fiscal_year_end":
        changed = dataclasses.replace(client, fiscal_year_end=value)
        verify_client(changed)
        return changed
    if fact not in DATE_FACTS:
        known = ", ".join((*DATE_FACTS, *OPEN_MATTERS, "fiscal_year_end"))
        raise UsageInvalid(f"unknown fact: {fact[:40]!r}", hint=f"one of {known}")
    dates = dict(client.dates)
    if value == "none":
        dates.pop(fact, None)
    else:
        dates[fact] = parse_day(value)
    return dataclasses.replace(client, dates=dates)


def parse_day(text: str) -> date:
    """Read a day written as 2026-11-23."""
    try:
        # Other ISO forms are read by newer Pythons only: one form for all.
        return date.fromisoformat(text if len(text) == len("2026-11-23") else "")
    except ValueError as error:
        raise UsageInvalid(
            f"not a date: {text[:20]!r}",
            hint="write dates as 2026-11-23",
            code="usage.date",
        ) from error


def _with_matter(client: Client, fact: str, value: str) -> Client:
    if value not in ("open", "closed"):
        raise UsageInvalid(f"{fact} is either open or closed, not {value[:20]!r}")
    matters = client.open_matters - {fact}
    if value == "open":
        matters |= {fact}
    return dataclasses.replace(client, open_matters=matters)
