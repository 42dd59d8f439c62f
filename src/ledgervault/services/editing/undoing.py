"""Find the values a document had before its last edit."""

from collections.abc import Mapping
from typing import Any

from ledgervault.errors import NotFound
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.event_notes import edit_notes
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import EDITED


def earlier_values(vault: Vault, row: DocumentRow) -> tuple[int, Mapping[str, Any]]:
    """Return the entry of the last edit and the values it replaced.

    Raises NotFound `edit.none` when there is no edit whose values can be read.
    """
    sequence = _last_edit(vault, row)
    if sequence is None:
        raise _nothing("this paper was never edited")
    before = edit_notes(vault, row).get(sequence, {}).get("before")
    if not isinstance(before, dict):
        raise _nothing("the values before the last edit cannot be read")
    return sequence, before


def _last_edit(vault: Vault, row: DocumentRow) -> int | None:
    events = vault.events_of(row.id.hex())
    return next((event.sequence for event in events if event.act == EDITED), None)


def _nothing(why: str) -> NotFound:
    return NotFound(
        why,
        hint="`vault history` shows what was done; name the values to set them",
        code="edit.none",
    )
