"""What an edit may ask, and what is refused before anything is read."""

import dataclasses
from collections.abc import Mapping

from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.client_facts import DATE_FACTS, NONE, parse_day
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import LEVELS
from ledgervault.errors import LedgerVaultError, UsageInvalid
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.opened import Vault

SURE = 0.9
ACCEPTED, CONFIRMED = "suggestion accepted", "filing confirmed"


@dataclasses.dataclass(frozen=True, slots=True)
class EditRequest:
    """What should be different; None leaves a thing as it is.

    `keeps` confirms a filing as it stands, `undoes` takes the last edit back,
    `accepts` takes the series and type that are suggested.
    """

    reason: str = ""
    client: str | None = None
    series: str | None = None
    level: str | None = None
    type: str | None = None
    period: str | None = None
    title: str | None = None
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    keeps: bool = False
    undoes: bool = False
    accepts: bool = False
    confidence: float | None = None  # of the suggestion that was accepted

    @property
    def says_filing(self) -> bool:
        """Say whether a person states what kind of paper it is."""
        return self.keeps or self.series is not None or self.type is not None

    @property
    def changes(self) -> bool:
        """Say whether any value is given."""
        named = (self.client, self.level, self.period, self.title, *self.facts)
        return self.says_filing or any(value is not None for value in named)


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """Which papers: named ones, or those of the in tray that suggestions single out."""

    names: tuple[str, ...] = ()
    from_inbox: bool = False
    suggested: str | None = None  # only papers for which this series is suggested
    least: float = SURE  # only suggestions at least so sure, 0 to 1


@dataclasses.dataclass(frozen=True, slots=True)
class Edited:
    """What a document was and what it is now."""

    code: str
    before: DocumentDetails
    after: DocumentDetails
    old_row: DocumentRow
    row: DocumentRow


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """A document that stays as it is, and why."""

    name: str
    error: LedgerVaultError


@dataclasses.dataclass(slots=True)
class EditReport:
    """What became of every selected document."""

    edited: list[Edited] = dataclasses.field(default_factory=list)
    failed: list[Failed] = dataclasses.field(default_factory=list)
    checkpoint: str = ""


def verify_request(vault: Vault, selection: Selection, request: EditRequest) -> None:
    """Refuse what nothing could carry out."""
    _verify_selection(selection, request)
    _verify_mode(request)
    if not (request.reason.strip() or _explains_itself(request)):
        raise UsageInvalid("an edit needs a reason", hint="add --reason TEXT")
    if request.level is not None and request.level not in LEVELS:
        raise UsageInvalid(
            f"unknown level: {request.level[:20]!r}", hint="one of " + ", ".join(LEVELS)
        )
    if request.series is not None:
        vault.policy.get_series(request.series)
    if request.period is not None:
        parse_filing_period(request.period)
    for name, value in request.facts.items():
        if name in DATE_FACTS and value != NONE:
            parse_day(value)


def _verify_selection(selection: Selection, request: EditRequest) -> None:
    if bool(selection.names) == selection.from_inbox:
        raise UsageInvalid(
            "say which documents: ids, or --from-inbox",
            hint="vault edit D-7K3M9Q2A, or vault edit --from-inbox --accept",
        )
    if selection.from_inbox and not (request.accepts or selection.suggested):
        raise UsageInvalid(
            "the whole in tray is not edited at once",
            hint="add --accept, or --series-suggested SERIES",
        )
    if not 0 <= selection.least <= 1:
        raise UsageInvalid("a confidence lies between 0 and 1", hint="such as 0.9")


def _verify_mode(request: EditRequest) -> None:
    modes = (request.keeps, request.undoes, request.accepts)
    if sum(modes) > 1:
        raise UsageInvalid("--keep, --undo and --accept exclude each other")
    values = dataclasses.replace(request, keeps=False)
    if (request.keeps or request.undoes) and values.changes:
        raise UsageInvalid("--keep and --undo take no new values")
    if request.accepts and request.says_filing:
        raise UsageInvalid("--accept takes series and type from the suggestion")
    if not (any(modes) or request.changes):
        raise UsageInvalid(
            "say what to change", hint="such as --series S, --period P or --title T"
        )


def _explains_itself(request: EditRequest) -> bool:
    return request.keeps or request.undoes or request.accepts
