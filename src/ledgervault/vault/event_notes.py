"""What is sealed inside an event, opened with the keys of the place it was written at.

An edit may move a paper; events before it stay sealed where the paper stood. A place
that was erased since takes its notes along.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, CompartmentId, FolderId
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.opened import Vault


def open_note(vault: Vault, row: DocumentRow, event: Event) -> Mapping[str, Any]:
    """Open an event's sealed details; NotFound `destroyed` when their key is gone."""
    if not event.sealed:
        return {}
    place = _place(row, event.facts.get("row"))
    return vault.records.open_event(place, event.sealed, event.sequence)


def _place(row: DocumentRow, stated: Any) -> DocumentRow:
    if stated is None:
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
