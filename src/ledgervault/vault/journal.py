"""The log as the acting user keeps it: verify the head, append, sign, pin.

No record, no act: drafts are appended in the transaction that changes the
catalogue, and a checkpoint signed by the actor covers them before it commits.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledgervault.crypto.identity import Identity
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import VaultId
from ledgervault.ledger.checkpoints import (
    Checkpoint,
    add_cosignature,
    key_name,
    origin_of,
    sign_checkpoint,
    verify_checkpoint,
)
from ledgervault.ledger.entries import Event, serialise_event
from ledgervault.ledger.proofs import consistency_proof, verify_consistency
from ledgervault.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from ledgervault.ports.catalogue import CatalogueWrites, LogReads
from ledgervault.ports.rows import EventRow
from ledgervault.ports.stores import Clock, PinStore
from ledgervault.vault.people import People
from ledgervault.vault.statements import NOTHING_SEEN, verify_seen

Sealer = Callable[[int], bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in the log; `seal` gets its sequence."""

    act: str
    objects: tuple[str, ...] = ()
    cipher: str = ""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    seal: Sealer | None = None
    standing: Mapping[str, Any] | None = None


@dataclasses.dataclass(slots=True)
class Journal:
    """One actor's view of the log of one vault at one place."""

    vault: VaultId
    identity: Identity
    people: People
    clock: Clock
    pins: PinStore
    place: str
    policy: str = ""
    head: Checkpoint | None = None
    note: str = ""

    def verify_head(self, log: LogReads) -> Checkpoint:
        """Check that the log is signed up to its end and continues what was seen.

        Raises IntegrityViolated: cut, unsigned, forged, or rolled back.
        """
        self.head = self._verified_head(log)
        self._verify_pin(log, self.head)
        return self.head

    def record(self, tx: CatalogueWrites, drafts: Sequence[Draft]) -> Checkpoint:
        """Append drafts and a signed checkpoint inside the caller's transaction."""
        head = self.current_head(tx)
        frontier = _frontier(tx, head.size)
        rows, nodes = self._append(frontier, head.size, drafts)
        tx.append_events(rows)
        tx.add_nodes(nodes)
        self._cosign(tx, head)
        checkpoint = Checkpoint(origin_of(self.vault), frontier.size, frontier.root())
        note = sign_checkpoint(
            checkpoint, name=self._name, public=self._public, sign=self.identity.sign
        )
        tx.put_checkpoint(checkpoint.size, note)
        self.head, self.note = checkpoint, note
        return checkpoint

    def pin(self) -> None:
        """Remember the head, so that a rolled-back log is noticed next time."""
        if self.head is None:
            return
        self.pins.save(
            self.vault,
            self.place,
            {
                "size": str(self.head.size),
                "root": self.head.root.hex(),
                "people": self.people.seen,
            },
        )

    def keys(self) -> dict[str, bytes]:
        """Return the checkpoint keys of every admitted user."""
        return {
            key_name(self.vault, user.id): user.public.ed25519
            for user in self.people.users.values()
        }

    def until(self) -> dict[str, int]:
        """Return how large a log those who have left may have signed."""
        return {
            key_name(self.vault, user.id): user.ended_at + 1
            for user in self.people.users.values()
            if user.ended_at is not None
        }

    @property
    def _name(self) -> str:
        return key_name(self.vault, self.identity.identity_id)

    @property
    def _public(self) -> bytes:
        return self.identity.public.ed25519

    def _append(
        self, frontier: Frontier, start: int, drafts: Sequence[Draft]
    ) -> tuple[list[EventRow], list[tuple[int, int, bytes]]]:
        time_ms = int(self.clock.now().timestamp() * 1000)
        rows: list[EventRow] = []
        nodes: list[tuple[int, int, bytes]] = []
        for sequence, draft in enumerate(drafts, start):
            entry = serialise_event(self._event(draft, sequence, time_ms))
            rows.append(EventRow(sequence, draft.act, entry, draft.objects))
            nodes.extend(frontier.append(leaf_hash(entry)))
        return rows, nodes

    def _event(self, draft: Draft, sequence: int, time_ms: int) -> Event:
        return Event(
            sequence=sequence,
            time_ms=time_ms,
            actor=self.identity.identity_id,
            act=draft.act,
            objects=draft.objects,
            policy=self.policy,
            cipher=draft.cipher,
            facts=draft.facts,
            sealed=draft.seal(sequence) if draft.seal else b"",
            standing=draft.standing,
        )

    def current_head(self, tx: CatalogueWrites) -> Checkpoint:
        """Return the verified head that an open transaction continues."""
        last = tx.last_checkpoint()
        if self.head is not None and last == (self.head.size, self.note):
            return self.head
        return self._verified_head(tx)

    def _verified_head(self, log: LogReads) -> Checkpoint:
        size, last = log.log_size(), log.last_checkpoint()
        if last is None:
            if size:
                raise _violation("the log has entries but no signed checkpoint")
            return Checkpoint(origin_of(self.vault), 0, EMPTY_ROOT)
        head = verify_checkpoint(
            last[1],
            origin=origin_of(self.vault),
            keys=self.keys(),
            until=self.until(),
        )
        if head.size != size:
            raise _violation(
                f"the log holds {size} entries but {head.size} are signed for"
            )
        if _frontier(log, size).root() != head.root:
            raise _violation("the log's tree differs from its signed checkpoint")
        self.note = last[1]
        return head

    def _verify_pin(self, log: LogReads, head: Checkpoint) -> None:
        pin = self.pins.load(self.vault, self.place)
        if pin is None:
            self._verify_not_behind(head)
            return
        verify_seen(self.people.heads, pin.get("people", NOTHING_SEEN))
        size, root = int(pin["size"]), bytes.fromhex(pin["root"])
        if size > head.size:
            raise _violation(
                f"the catalogue was rolled back: {size} log entries were seen here "
                f"before, {head.size} are left"
            )
        if size:
            verify_consistency(
                old_size=size,
                new_size=head.size,
                old_root=root,
                new_root=head.root,
                proof=consistency_proof(size, head.size, log.node),
            )

    def _verify_not_behind(self, head: Checkpoint) -> None:
        # A vault that was moved keeps its memory; a restore writes its own pin.
        others = self.pins.others(self.vault, self.place)
        seen = max((int(pin["size"]) for pin in others), default=0)
        if seen > head.size:
            raise _violation(
                f"this copy of the vault is older than one seen before: "
                f"{seen} log entries there, {head.size} here"
            )

    def _cosign(self, tx: CatalogueWrites, head: Checkpoint) -> None:
        if not head.size or self._name in self.note:
            return
        note = add_cosignature(
            self.note,
            name=self._name,
            public=self._public,
            time_s=int(self.clock.now().timestamp()),
            sign=self.identity.sign,
        )
        tx.put_checkpoint(head.size, note)


def _frontier(log: LogReads, size: int) -> Frontier:
    return Frontier.load(size, log.node)


def _violation(message: str) -> IntegrityViolated:
    return IntegrityViolated(
        message,
        hint="keep everything as it is and run `vault log verify`; "
        "restoring a backup goes through `vault backup restore`",
        code="log.violated",
    )
