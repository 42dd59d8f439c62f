"""A change of shred epoch: prepare, log, flip, destroy the old anchor, mirror.

The new HEAD is kept in the catalogue from the logged intent until the flip is
done, so that a crash at any point leaves something the next writer completes.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.heads import parse_head
from ledgervault.crypto.keys import RingKey
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import GrantRow
from ledgervault.vault.keychain import Granter, ring_compartment
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User
from ledgervault.vault.ring import Shape
from ledgervault.vault.ring_heads import ring_age, verify_head_by
from ledgervault.vault.standing import RingAge, read_standing

EPOCH_FACT = "ring_epoch"
PREPARED_FACT = "ring_prepared"


@dataclasses.dataclass(frozen=True, slots=True)
class Flipped:
    """A finished change of epoch."""

    before: int
    after: int
    anchor: str  # how the old anchor was destroyed


def change_epoch(
    vault: Vault,
    erase: Mapping[ClientId, Shape],
    write: Callable[[Act, int], None],
    *,
    holders: Sequence[User] = (),
) -> Flipped:
    """Erase keys for good; `write` states the act in the logged transaction.

    Its rows and events commit before HEAD flips: no record, no act. Naming
    holders makes a new ring key that only they are granted, in that transaction.
    """
    before = vault.ring.head.epoch
    ring_key = RingKey.generate() if holders else None
    head = vault.ring.prepare(
        erase, log_size=vault.checkpoint().size, ring_key=ring_key
    )
    with vault.act() as act:
        act.ring = ring_age(parse_head(head))
        write(act, before + 1)
        if ring_key is not None:
            act.tx.add_grants(_ring_grants(vault, act, ring_key, holders))
        act.tx.put_fact(EPOCH_FACT, (before + 1).to_bytes(4, "big"))
        act.tx.put_fact(PREPARED_FACT, head)
    return Flipped(before, before + 1, _finish(vault, head))


def complete_epoch(vault: Vault) -> Flipped | None:
    """Finish a change of epoch that a crash interrupted; None when there is none."""
    head = vault.catalogue.fact(PREPARED_FACT)
    if not head:
        vault.ring.tidy()
        return None
    before = vault.ring.head.epoch
    anchor = _finish(vault, head)
    return Flipped(before, vault.ring.head.epoch, anchor)


def verify_epoch(vault: Vault) -> None:
    """Refuse a ring older than the log and the catalogue have seen: it was put back."""
    known = _known_age(vault)
    if ring_age(vault.ring.head) >= known or _is_prepared(vault, known[0]):
        return
    # Another process may have moved on since HEAD was read.
    if vault.ring.refresh() and ring_age(vault.ring.head) >= known:
        return
    raise IntegrityViolated(
        f"the key ring is of epoch {vault.ring.head.epoch} or an older copy, "
        f"but epoch {known[0]} was reached before",
        hint="an old copy of the ring was put back; refresh it from a mirror",
        code="ring.rolled-back",
    )


def log_punctures(
    act: Act, erased: Mapping[ClientId, Mapping[FolderId, frozenset[int]]], epoch: int
) -> None:
    """State which leaves nothing uses any more, one event a folder."""
    for folders in erased.values():
        for folder, leaves in folders.items():
            facts = {"folder": folder.hex(), "leaves": sorted(leaves), "epoch": epoch}
            act.log("ring.punctured", objects=(folder.hex(),), facts=facts)


def _known_age(vault: Vault) -> RingAge:
    fact = int.from_bytes(vault.catalogue.fact(EPOCH_FACT) or b"", "big")
    standing = read_standing(vault.catalogue, vault.checkpoint())
    return max((fact, 0), standing.ring if standing else (0, 0))


def _is_prepared(vault: Vault, known: int) -> bool:
    prepared = vault.catalogue.fact(PREPARED_FACT)
    if not prepared or vault.ring.head.epoch != known - 1:
        return False
    head = verify_head_by(prepared, vault=vault.id, people=vault.people)
    return head.epoch == known and known in vault.stores.anchors.epochs()


def _ring_grants(
    vault: Vault, act: Act, ring_key: RingKey, holders: Sequence[User]
) -> list[GrantRow]:
    granter = Granter(vault.id, vault.identity, act.start)
    return [
        granter.grant(
            ring_key,
            holder,
            compartment=ring_compartment(vault.id),
            kind=GrantKind.RING,
            epoch=vault.ring.head.epoch + 1,
        )
        for holder in holders
    ]


def _finish(vault: Vault, head: bytes) -> str:
    how = vault.ring.flip(head)
    with vault.catalogue.transaction() as tx:
        tx.put_fact(PREPARED_FACT, b"")
    return how
