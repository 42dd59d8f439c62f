"""The clear columns of a document against the events that were signed.

Whoever can write the database could otherwise make cron destroy early or
never: a due date, a series or a folder counts only as it was logged.
"""

from collections.abc import Collection, Mapping
from typing import Any

from ledgervault.errors import IntegrityViolated
from ledgervault.ids import DocumentId
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.opened import Vault

INGESTED = "document.ingested"
EDITED = "document.edited"
REDATED = "document.redated"
DESTROYED = "document.destroyed"
FACT_ACTS = frozenset({INGESTED, EDITED, REDATED, DESTROYED})
FOUNDED = "vault.founded"
ADOPTED = "policy.adopted"
CLIENT_ADDED = "client.added"
CLIENT_EDITED = "client.edited"
CLIENT_EVENT = "client.event"
CLIENT_ACTS = frozenset({CLIENT_ADDED, CLIENT_EDITED, CLIENT_EVENT})


def clear_facts(row: DocumentRow) -> dict[str, Any]:
    """Return the clear columns an event commits to."""
    return {
        "client": row.client_id.hex(),
        "folder": row.folder_id.hex(),
        "leaf": row.leaf,
        "compartment": row.compartment_id.hex(),
        "series": row.series,
        "due": row.due.isoformat() if row.due else None,
        "version": row.row_version,
        "state": row.state,
    }


def document_statement(row: DocumentRow, matters: Collection[str]) -> dict[str, Any]:
    """Return what an event states of a document in clear.

    Beside its columns that is whether a matter of its own is open, not which one.
    """
    return {"row": clear_facts(row), "open": bool(matters)}


def verify_document_row(vault: Vault, row: DocumentRow) -> Event:
    """Check a row against the last event that stated its facts; return that event."""
    event = last_statement(vault, row.id)
    if event is None:
        raise _edited("no signed event states")
    verify_statement(row, event.facts)
    return event


def verify_statement(row: DocumentRow, facts: Mapping[str, Any]) -> None:
    """Check a row against the facts of one signed event."""
    if facts.get("row") != clear_facts(row):
        raise _edited("the signed events contradict")


def last_statement(vault: Vault, document: DocumentId) -> Event | None:
    """Return the newest proven event that states a document's clear facts."""
    events = vault.events_of(document.hex())
    return next((event for event in events if event.act in FACT_ACTS), None)


def _edited(how: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"a catalogue row was edited: {how} what it says",
        hint="run `vault log verify` and compare with a backup before going on",
        code="catalogue.edited",
    )
