"""What copies of the ring hold, as their own HEAD says or else the proven log.

A row of the catalogue can be written by hand, so what it says of a copy counts
for nothing here.
"""

import dataclasses

from ledgervault.errors import IntegrityViolated, LedgerVaultError
from ledgervault.ids import short_code
from ledgervault.ports.rows import MirrorRow
from ledgervault.vault.attested import newest_first
from ledgervault.vault.mirroring import (
    FINAL,
    PENDING,
    REFRESHED,
    MirrorView,
    mirrors_of,
)
from ledgervault.vault.opened import Vault
from ledgervault.vault.ring_heads import verify_head_by

CURRENT, BEHIND, UNREACHABLE, DAMAGED = "current", "behind", "unreachable", "damaged"
CLOSED = "closed"  # its place was written before this user's time


@dataclasses.dataclass(frozen=True, slots=True)
class Escrow:
    """A copy: its place, what it holds, and when it last took something in.

    `final` means that nothing destroyed is left in it; `current` that nothing
    new is missing from it either.
    """

    id: str
    location: str | None
    epoch: int
    live_epoch: int
    contents: str
    acknowledged_ms: int | None

    @property
    def state(self) -> str:
        """Say whether every destruction has reached the copy."""
        is_final = self.epoch == self.live_epoch and self.contents != DAMAGED
        return FINAL if is_final else PENDING


def escrows_of(vault: Vault) -> list[Escrow]:
    """Look at every registered copy, also those whose place is closed to the user."""
    views = {view.row.id: view for view in mirrors_of(vault)}
    return [
        look_at(vault, views[row.id]) if row.id in views else _closed(vault, row)
        for row in vault.catalogue.mirrors()
    ]


def look_at(vault: Vault, mirror: MirrorView) -> Escrow:
    """Look at a copy, or at what the log last said of one that is out of reach."""
    known = dataclasses.replace(
        _closed(vault, mirror.row), location=mirror.location, contents=UNREACHABLE
    )
    try:
        epoch, is_current = _held(vault, mirror)
    except IntegrityViolated:
        return dataclasses.replace(known, contents=DAMAGED)
    except LedgerVaultError:
        return known
    contents = CURRENT if is_current else BEHIND
    return dataclasses.replace(known, epoch=epoch, contents=contents)


def _closed(vault: Vault, row: MirrorRow) -> Escrow:
    """Say of a copy what the log says."""
    known = _last_acknowledgement(vault, row)
    return Escrow(
        id=short_code("B", row.id),
        location=None,
        epoch=known[1] if known else 0,
        live_epoch=vault.ring.head.epoch,
        contents=CLOSED,
        acknowledged_ms=known[0] if known else None,
    )


def _held(vault: Vault, mirror: MirrorView) -> tuple[int, bool]:
    store, _anchors = vault.stores.mirrors.open(mirror.location, vault.id)
    record = store.read_head()
    if record is None:
        return 0, False
    # A copy that was away may have been written by somebody who has left since.
    head = verify_head_by(
        record, vault=vault.id, people=vault.people, may_have_left=True
    )
    return head.epoch, head == vault.ring.head


def _last_acknowledgement(vault: Vault, row: MirrorRow) -> tuple[int, int] | None:
    """Return time in ms since 1970 and epoch of a copy's last refresh."""
    log, name = vault.catalogue, row.id.hex()
    head = vault.checkpoint()
    for event in newest_first(log, head, name, log.sequences_of(name)):
        if event.act == REFRESHED:
            return event.time_ms, int(event.facts["epoch"])
    return None
