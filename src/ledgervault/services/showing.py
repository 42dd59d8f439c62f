"""Show one document, its retention with reasons, and its history from the log."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.retention import RetentionOutcome
from ledgervault.errors import IntegrityViolated, NotAuthorised, NotFound
from ledgervault.ids import ClientId, CompartmentId, FolderId
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ports.rows import DocumentRow, VersionRow
from ledgervault.vault.filing import retention_of
from ledgervault.vault.finding import client_codes, get_document
from ledgervault.vault.holding import covering, holds_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of
from ledgervault.vault.truth import verify_document_row
from ledgervault.vault.views import DocumentView, open_view


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A document with everything a reader with its grants may know."""

    view: DocumentView
    versions: tuple[VersionRow, ...]
    holds: tuple[str, ...]
    retention: RetentionOutcome

    @property
    def details(self) -> DocumentDetails:
        """Return the opened details."""
        if self.view.details is None:
            raise NotFound("nothing of this document can be opened")
        return self.view.details


@dataclasses.dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event that touched a document."""

    event: Event
    actor: str
    details: Mapping[str, Any]


def show_document(vault: Vault, name: str) -> Shown:
    """Open a document's details; the read is logged first."""
    row = get_document(vault, name)
    verify_document_row(row, vault.catalogue)
    _require_live(row)
    vault.note("document.shown", objects=(row.id.hex(),))
    details = vault.records.open_document(row)
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    holds = holds_of(vault, row.client_id)
    outcome = retention_of(
        subject_of(row, details),
        client,
        vault.policy,
        today=vault.today(client.jurisdiction),
        holds=[view.hold for view in covering(holds, row, details)],
    )
    return Shown(
        view=open_view(vault, row, client_codes(vault)),
        versions=tuple(vault.catalogue.versions(row.id)),
        holds=tuple(view.code for view in covering(holds, row, details)),
        retention=outcome,
    )


def history_of(vault: Vault, name: str) -> list[HistoryLine]:
    """Return every event of a document, oldest first."""
    row = get_document(vault, name)
    lines, stood = [], row
    for sequence in vault.catalogue.sequences_of(row.id.hex()):
        event = parse_event(vault.catalogue.entry(sequence))
        # Details were sealed where the document stood then, not where it stands now.
        stood = _as_stated(stood, event)
        lines.append(_line(vault, stood, event))
    vault.note("document.history-read", objects=(row.id.hex(),))
    return lines


def _as_stated(row: DocumentRow, event: Event) -> DocumentRow:
    stated = event.facts.get("row")
    if not isinstance(stated, dict):
        return row
    try:
        return dataclasses.replace(
            row,
            client_id=ClientId(bytes.fromhex(stated["client"])),
            folder_id=FolderId(bytes.fromhex(stated["folder"])),
            leaf=int(stated["leaf"]),
            compartment_id=CompartmentId(bytes.fromhex(stated["compartment"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityViolated("a log entry is not readable") from error


def _line(vault: Vault, row: DocumentRow, event: Event) -> HistoryLine:
    details: Mapping[str, Any] = {}
    if event.sealed:
        try:
            details = vault.records.open_event(row, event.sealed, event.sequence)
        except (NotFound, NotAuthorised):
            details = {}
    return HistoryLine(event, event.actor.hex(), details)


def _require_live(row: DocumentRow) -> None:
    if row.state != "active":
        raise NotFound(
            f"{row.code} was destroyed",
            hint="`vault disposal list` names the certificate",
            code="destroyed",
        )
