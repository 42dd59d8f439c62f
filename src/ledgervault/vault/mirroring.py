"""Mirrors: ring and anchor at every backup target, overwritten, without history."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from ledgervault.errors import LedgerVaultError
from ledgervault.ids import random_id
from ledgervault.ledger.entries import parse_event
from ledgervault.ports.rows import MirrorRow
from ledgervault.ports.stores import RingStore
from ledgervault.vault.opened import Vault
from ledgervault.vault.ring import verify_head_by

TABLE = "mirrors"
REFRESHED = "mirror.refreshed"


@dataclasses.dataclass(frozen=True, slots=True)
class MirrorView:
    """A mirror's place and the epoch it is known to hold."""

    row: MirrorRow
    location: str


@dataclasses.dataclass(frozen=True, slots=True)
class Acknowledgement:
    """When a mirror took in which epoch; the time is in ms since 1970."""

    time_ms: int
    epoch: int


def mirrors_of(vault: Vault) -> list[MirrorView]:
    """Return every registered mirror."""
    return [
        MirrorView(
            row,
            vault.records.open_for_client(
                vault.agency, TABLE, row.id, row.sealed, row.row_version
            )["location"],
        )
        for row in vault.catalogue.mirrors()
    ]


def register_mirror(
    vault: Vault, location: str, facts: Mapping[str, Any] | None = None
) -> MirrorView:
    """Register a mirror and fill it; the same place is registered once."""
    for known in mirrors_of(vault):
        if known.location == location:
            return refresh_mirror(vault, known)
    mirror_id = random_id()
    row = MirrorRow(mirror_id, 0, b"", 1)
    sealed = vault.records.seal_for_client(
        vault.agency, TABLE, mirror_id, {"location": location}, 1
    )
    row = dataclasses.replace(row, sealed=sealed)
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log("mirror.registered", objects=(mirror_id.hex(),), facts=facts)
    return refresh_mirror(vault, MirrorView(row, location))


def refresh_mirror(vault: Vault, mirror: MirrorView) -> MirrorView:
    """Overwrite a mirror with the live ring; raises when it cannot be reached."""
    store, anchors = vault.stores.mirrors.open(mirror.location, vault.id)
    live = vault.stores.ring.read_head() or b""
    was_live = _head_of(store) == live
    vault.ring.copy_to(store, anchors)
    epoch = vault.ring.head.epoch
    if mirror.row.epoch == epoch and was_live:
        return mirror
    row = dataclasses.replace(mirror.row, epoch=epoch)
    facts = {"epoch": epoch, "head": hashlib.sha256(live).hexdigest()}
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log(REFRESHED, objects=(mirror.row.id.hex(),), facts=facts)
    return MirrorView(row, mirror.location)


def held_epoch(vault: Vault, mirror: MirrorView) -> tuple[int, bool]:
    """Look at a mirror: the epoch it holds, and whether its HEAD is the live one.

    Raises StorageUnavailable when it cannot be reached, IntegrityViolated when
    nobody admitted signed its HEAD. A mirror that was never filled holds 0.
    """
    store, _anchors = vault.stores.mirrors.open(mirror.location, vault.id)
    record = store.read_head()
    if record is None:
        return 0, False
    head = verify_head_by(record, vault=vault.id, people=vault.people)
    return head.epoch, head == vault.ring.head


def last_acknowledgement(vault: Vault, mirror: MirrorView) -> Acknowledgement | None:
    """Return what the log says of a mirror's last refresh; None for never."""
    name = mirror.row.id.hex()
    for sequence in reversed(vault.catalogue.sequences_of(name)):
        event = parse_event(vault.catalogue.entry(sequence))
        if event.act == REFRESHED and name in event.objects:
            return Acknowledgement(event.time_ms, int(event.facts["epoch"]))
    return None


def refresh_mirrors(vault: Vault) -> list[list[str]]:
    """Refresh every mirror; return location and `final` or `pending` for each."""
    states = []
    for mirror in mirrors_of(vault):
        try:
            refresh_mirror(vault, mirror)
            states.append([mirror.location, "final"])
        except LedgerVaultError:
            states.append([mirror.location, "pending"])
    return states


def _head_of(store: RingStore) -> bytes | None:
    # A mirror whose HEAD cannot be read is refreshed like one that is behind.
    with contextlib.suppress(LedgerVaultError):
        return store.read_head()
    return None
