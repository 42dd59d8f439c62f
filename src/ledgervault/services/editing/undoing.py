"""Find the values a document had before its last edit."""

from collections.abc import Mapping
from typing import Any

from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.event_notes import open_note
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import EDITED


def earlier_values(vault: Vault, row: DocumentRow) -> tuple[int, Mapping[str, Any]]:
    """Return the entry of the last edit and the values it replaced.

    Raises NotFound `edit.none` when there is no edit whose values can be read.
    """
    event = _last_edit(vault, row)
    if event is None:
        raise _nothing("this paper was never edited")
    try:
        before = open_note(vault, row, event).get("before")
    except (NotFound, NotAuthorised):
        before = None
    if not isinstance(before, dict):
        raise _nothing("the values before the last edit cannot be read")
    return event.sequence, before


def _last_edit(vault: Vault, row: DocumentRow) -> Event | None:
    for sequence in reversed(vault.catalogue.sequences_of(row.id.hex())):
        event = parse_event(vault.catalogue.entry(sequence))
        if event.act == EDITED:
            return event
    return None


def _nothing(why: str) -> NotFound:
    return NotFound(
        why,
        hint="`vault history` shows what was done; name the values to set them",
        code="edit.none",
    )
