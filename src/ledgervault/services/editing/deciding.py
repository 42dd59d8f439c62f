"""Decide what a paper becomes: values only, nothing is written here."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import LEVELS, UNCLASSIFIED, highest_level
from ledgervault.domain.tray import reasons_of
from ledgervault.errors import NotFound, PolicyRefusal
from ledgervault.ids import ClientId
from ledgervault.ports.rows import DocumentRow
from ledgervault.services.editing.requests import CONFIRMED, EditRequest
from ledgervault.services.editing.undoing import earlier_values
from ledgervault.vault.finding import get_client
from ledgervault.vault.opened import Vault

# What an edit may change and an undo brings back, beside series and client.
_KEPT = (
    "level",
    "type",
    "period",
    "title",
    "facts",
    "rule",
    "is_inbox",
    "has_client",
    "confidence",
    "review",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What a document is to become, and what the log will say of it."""

    row: DocumentRow
    before: DocumentDetails
    after: DocumentDetails
    series: str
    client_id: ClientId
    client: Client
    reason: str
    undoes: int | None = None  # the entry that is taken back

    @property
    def note(self) -> dict[str, Any]:
        """Return what is sealed into the event: the reason and the earlier values."""
        old = _filing(self.row.client_id, self.row.series, self.before)
        new = _filing(self.client_id, self.series, self.after)
        before = {name: old[name] for name in old if old[name] != new[name]}
        return {"reason": self.reason, "before": before}


def decide(vault: Vault, row: DocumentRow, request: EditRequest) -> Wanted:
    """Say what a document becomes; refuses what policy does not allow."""
    before = vault.records.open_document(row)
    if request.undoes:
        return _undone(vault, row, before, request)
    client_id, client, has_client = _client_of(vault, row, before, request)
    series = request.series or row.series
    level = _level(vault, row, series, before=before.level, asked=request.level)
    after = _changed(before, request, level)
    after = dataclasses.replace(after, has_client=has_client)
    if request.says_filing:
        after = dataclasses.replace(after, review=_review(vault, series, request))
    after = dataclasses.replace(after, is_inbox=_waits(series, before, after, request))
    reason = request.reason or CONFIRMED
    return Wanted(row, before, after, series, client_id, client, reason)


def _client_of(
    vault: Vault, row: DocumentRow, before: DocumentDetails, request: EditRequest
) -> tuple[ClientId, Client, bool]:
    if request.client is not None:
        client_row, client = get_client(vault, request.client)
        return client_row.id, client, not client_row.is_agency
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    return row.client_id, client, before.has_client


def _level(
    vault: Vault, row: DocumentRow, series: str, *, before: str, asked: str | None
) -> str:
    """Return the level asked for, never below what the series demands."""
    demanded = [known.level for _pack, known in vault.policy.definitions(series)]
    lowest = highest_level(*demanded)
    if asked is None:
        return highest_level(before, lowest)
    if LEVELS.index(asked) < LEVELS.index(lowest):
        raise PolicyRefusal(
            f"{row.code} cannot be {asked}: series {series} is {lowest} at least",
            hint="file it under the series it belongs to, or leave the level",
            code="policy.level",
        )
    return asked


def _changed(
    before: DocumentDetails, request: EditRequest, level: str
) -> DocumentDetails:
    is_manual = bool(request.series or request.level)
    is_filed = request.series is not None
    return dataclasses.replace(
        before,
        level=level,
        type=request.type or before.type,
        period=request.period or before.period,
        title=request.title or before.title,
        facts={**before.facts, **request.facts},
        rule="manual" if is_manual else before.rule,
        confidence=request.confidence if is_filed else before.confidence,
    )


def _review(vault: Vault, series: str, request: EditRequest) -> dict[str, str]:
    if series == UNCLASSIFIED and not request.keeps:
        return {}
    if series == UNCLASSIFIED:
        raise NotFound(
            "a paper without a series cannot be confirmed",
            hint="name one: vault edit ID --series SERIES",
            code="review.unclassified",
        )
    at = vault.now().isoformat(timespec="seconds")
    return {"by": vault.me.id.hex(), "at": at, "series": series}


def _waits(
    series: str, before: DocumentDetails, after: DocumentDetails, request: EditRequest
) -> bool:
    if request.keeps:
        return False
    # A paper without a series waits, whatever it was before.
    is_open = before.is_inbox or series == UNCLASSIFIED
    settled = after
    if request.series is not None:
        settled = dataclasses.replace(after, confidence=None)  # a person has decided
    return is_open and bool(reasons_of(series, settled))


def _undone(
    vault: Vault, row: DocumentRow, before: DocumentDetails, request: EditRequest
) -> Wanted:
    sequence, values = earlier_values(vault, row)
    series = str(values.get("series", row.series))
    client_id = row.client_id
    if "client" in values:
        client_id = ClientId(bytes.fromhex(values["client"]))
    client = vault.records.open_client(vault.records.client_row(client_id))
    known = {name: values[name] for name in _KEPT if name in values}
    after = dataclasses.replace(before, **known)
    level = _level(vault, row, series, before=after.level, asked=None)
    return Wanted(
        row=row,
        before=before,
        after=dataclasses.replace(after, level=level),
        series=series,
        client_id=client_id,
        client=client,
        reason=request.reason or f"undo of entry {sequence}",
        undoes=sequence,
    )


def _filing(
    client: ClientId, series: str, details: DocumentDetails
) -> Mapping[str, Any]:
    kept = {name: getattr(details, name) for name in _KEPT}
    kept = {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in kept.items()
    }
    return {"client": client.hex(), "series": series, **kept}
