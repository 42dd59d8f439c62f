"""Show one document, its retention with reasons, and its history from the log."""

import contextlib
import dataclasses
from collections.abc import Mapping
from typing import Any

from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.retention import RetentionOutcome
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DocumentRow, VersionRow
from ledgervault.services.tray import Waiting, propose, waiting_paper
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.event_notes import edit_notes, open_note, place_stated
from ledgervault.vault.filing import retention_of
from ledgervault.vault.finding import client_codes, get_document
from ledgervault.vault.holding import covering, holds_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of
from ledgervault.vault.truth import EDITED, verify_document_row
from ledgervault.vault.views import DocumentView, open_view


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A document with everything a reader with its grants may know."""

    view: DocumentView
    versions: tuple[VersionRow, ...]
    holds: tuple[str, ...]
    retention: RetentionOutcome
    waiting: Waiting | None = None  # why it is in the in tray, and what it might be

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
    authorise(vault, "show")
    row = get_document(vault, name)
    authorise_paper(vault, "show", row)
    verify_document_row(vault, row)
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
    view = open_view(vault, row, client_codes(vault))
    return Shown(
        view=view,
        versions=tuple(vault.catalogue.versions(row.id)),
        holds=tuple(view.code for view in covering(holds, row, details)),
        retention=outcome,
        waiting=_waiting(vault, view),
    )


def history_of(vault: Vault, name: str) -> list[HistoryLine]:
    """Return every event of a document, oldest first."""
    authorise(vault, "history")
    row = get_document(vault, name)
    authorise_paper(vault, "history", row)
    notes = edit_notes(vault, row)
    lines, stood = [], row
    for event in reversed(list(vault.events_of(row.id.hex()))):
        # Details were sealed where the document stood then, not where it stands now.
        stood = place_stated(stood, event)
        lines.append(_line(vault, stood, event, notes))
    vault.note("document.history-read", objects=(row.id.hex(),))
    return lines


def _waiting(vault: Vault, view: DocumentView) -> Waiting | None:
    paper = waiting_paper(view)
    if paper is None:
        return None
    proposals = propose(vault, [paper])
    if proposals.reviewed:
        facts = {"reviewed": proposals.reviewed}
        vault.note("suggestion.made", objects=(view.row.id.hex(),), facts=facts)
    return proposals.papers[0]


def _line(
    vault: Vault,
    row: DocumentRow,
    event: Event,
    notes: Mapping[int, Mapping[str, Any]],
) -> HistoryLine:
    details = notes.get(event.sequence, {})
    if not details and event.act != EDITED:
        with contextlib.suppress(NotFound, NotAuthorised):
            details = open_note(vault, row, event)
    return HistoryLine(event, event.actor.hex(), details)


def _require_live(row: DocumentRow) -> None:
    if row.state != "active":
        raise NotFound(
            f"{row.code} was destroyed",
            hint="`vault disposal list` names the certificate",
            code="destroyed",
        )
