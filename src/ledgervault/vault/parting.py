"""What somebody could have kept: everything his keys opened, and what he is known to.

A key that was held cannot be unlearnt, so this is said, not undone. Only the new
epochs keep him from what comes after.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from ledgervault.crypto.grants import GrantKind
from ledgervault.domain.policy import LEVELS
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import ClientId, CompartmentId, short_code
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ports.rows import CompartmentRow
from ledgervault.vault.evidence import verify_whole_log
from ledgervault.vault.finding import client_codes
from ledgervault.vault.mirroring import mirrors_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User
from ledgervault.vault.sealing_grants import entitled_to

READ, SHARED = "document.read", "document.shared"
BACKED_UP, MIRRORED = "backup.started", "mirror.registered"
RECENT = 10
AGENCY = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class ClientKept:
    """How high somebody's keys opened a client, and how many documents that is."""

    client: str
    reads: str  # the highest level of documents; empty: none
    knows: str
    documents: int


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """What somebody could have kept."""

    clients: tuple[ClientKept, ...] = ()
    read: int = 0  # documents he is known to have taken out
    recent: tuple[tuple[str, str], ...] = ()  # document, when
    shares: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()  # when he made them
    mirrors: tuple[str, ...] = ()  # where copies of ring and anchor lie by his doing


def compartments_open_to(
    vault: Vault, user: User
) -> dict[CompartmentId, tuple[CompartmentRow, frozenset[GrantKind]]]:
    """Return every compartment somebody was given a key of, or is entitled to."""
    held: dict[CompartmentId, set[GrantKind]] = {}
    for grant in vault.catalogue.grants_of(user.id):
        if grant.kind in (GrantKind.DOC, GrantKind.META):
            held.setdefault(grant.compartment_id, set()).add(GrantKind(grant.kind))
    found = {}
    for row in vault.catalogue.compartments():
        # A grant may have been removed from the catalogue, but not the right to it.
        entitled = entitled_to(vault, user, row.client_id)
        kinds = held.get(row.id, set())
        if entitled.covers(row.level, is_content=True):
            kinds.add(GrantKind.DOC)
        if entitled.covers(row.level, is_content=False):
            kinds.add(GrantKind.META)
        if kinds:
            found[row.id] = (row, frozenset(kinds))
    return found


def could_have_kept(vault: Vault, user: User) -> Kept:
    """Put together from keys and log what somebody could take away."""
    verify_whole_log(vault)
    events = [event for event in _events(vault) if event.actor == user.id]
    read = [
        (name, event.time_ms)
        for event in events
        if event.act == READ
        for name in event.objects
    ]
    recent = dict(reversed(list(dict(read).items())))
    return Kept(
        clients=tuple(_clients(vault, user)),
        read=len(recent),
        recent=tuple(
            (short_code("D", bytes.fromhex(name)), _when(time))
            for name, time in list(recent.items())[:RECENT]
        ),
        shares=_coded("S", events, SHARED),
        backups=tuple(_when(one.time_ms) for one in events if one.act == BACKED_UP),
        mirrors=_mirrors(vault, events),
    )


def _events(vault: Vault) -> Iterator[Event]:
    entries = vault.catalogue.entries(0, vault.catalogue.log_size())
    acts = {READ, SHARED, BACKED_UP, MIRRORED}
    return replay(entries, acts, are_verified=True)


def _clients(vault: Vault, user: User) -> Iterator[ClientKept]:
    counts = vault.catalogue.documents_by_compartment()
    by_client: dict[ClientId, list[tuple[CompartmentRow, frozenset[GrantKind]]]] = {}
    for row, kinds in compartments_open_to(vault, user).values():
        by_client.setdefault(row.client_id, []).append((row, kinds))
    codes = client_codes(vault)
    kept = []
    for client, rows in by_client.items():
        readable = [row for row, kinds in rows if GrantKind.DOC in kinds]
        known = [row for row, kinds in rows if GrantKind.META in kinds]
        own = AGENCY if client == vault.agency else short_code("C", client)
        code = codes.get(client) or own
        documents = sum(counts.get(row.id, 0) for row in readable)
        kept.append(ClientKept(code, _top(readable), _top(known), documents))
    yield from sorted(kept, key=lambda one: one.client)


def _mirrors(vault: Vault, events: Sequence[Event]) -> tuple[str, ...]:
    his = {name for one in events if one.act == MIRRORED for name in one.objects}
    try:
        known = mirrors_of(vault)
    except LedgerVaultError:
        return tuple(sorted(his))
    return tuple(view.location for view in known if view.row.id.hex() in his)


def _coded(letter: str, events: Sequence[Event], act: str) -> tuple[str, ...]:
    return tuple(
        short_code(letter, bytes.fromhex(one.objects[0]))
        for one in events
        if one.act == act and one.objects
    )


def _top(rows: Sequence[CompartmentRow]) -> str:
    return max((row.level for row in rows), key=LEVELS.index, default="")


def _when(time_ms: int) -> str:
    at = datetime.fromtimestamp(time_ms / 1000, UTC)
    return at.isoformat(timespec="minutes")
