"""What is sealed inside an event, opened with the keys of the place it was written at.

An edit may move a paper; events before it stay sealed where the paper stood. A move
erases the old place, so the edit carries the notes of earlier ones to the new place.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from ledgervault.errors import IntegrityViolated, NotAuthorised, NotFound
from ledgervault.ids import ClientId, CompartmentId, FolderId
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import EDITED

CARRIED = "earlier"
CARRIED_CHARACTERS = 16 << 10  # a log entry stays under 64 KiB


def open_note(vault: Vault, row: DocumentRow, event: Event) -> Mapping[str, Any]:
    """Open an event's sealed details; NotFound `destroyed` when their key is gone."""
    if not event.sealed:
        return {}
    place = place_stated(row, event)
    return vault.records.open_event(place, event.sealed, event.sequence)


def place_stated(row: DocumentRow, event: Event) -> DocumentRow:
    """Return a row as it stood by an event; as it is where the event says nothing."""
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
        raise IntegrityViolated("a logged place is not readable") from error


def edit_notes(vault: Vault, row: DocumentRow) -> dict[int, Mapping[str, Any]]:
    """Return the notes of a document's edits by entry, as far as they can be read."""
    notes: dict[int, Mapping[str, Any]] = {}
    for event in reversed(list(vault.events_of(row.id.hex()))):
        if event.act == EDITED:
            notes |= _readable(vault, row, event)
    return dict(sorted(notes.items()))


def carried_notes(vault: Vault, row: DocumentRow) -> list[dict[str, Any]]:
    """Return what an edit takes along of earlier ones; the newest if all is too much."""
    taken: list[dict[str, Any]] = []
    room = CARRIED_CHARACTERS
    for entry, note in reversed(edit_notes(vault, row).items()):
        one = {"entry": entry, **note}
        room -= len(json.dumps(one))
        if room < 0:
            break
        taken.insert(0, one)
    return taken


def _readable(
    vault: Vault, row: DocumentRow, event: Event
) -> dict[int, Mapping[str, Any]]:
    try:
        note = dict(open_note(vault, row, event))
    except (NotFound, NotAuthorised):
        return {}
    carried = note.pop(CARRIED, [])
    notes = {one["entry"]: _without_entry(one) for one in carried}
    return {**notes, event.sequence: note}


def _without_entry(note: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in note.items() if name != "entry"}
