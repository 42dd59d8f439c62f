"""What keys the acting user holds, and where the effaceable halves of keys are."""

import dataclasses

from ledgervault.crypto.grants import GrantKind
from ledgervault.vault.escrows import Escrow, escrows_of
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class KeyStatus:
    """Counts of grants, and the state of the anchors."""

    fingerprint: str
    role: str
    clients: int
    doc_keys: int
    meta_keys: int
    ring_keys: int
    anchor_driver: str
    anchor_epochs: tuple[int, ...]
    live_epoch: int
    copies: tuple[Escrow, ...]


def key_status(vault: Vault) -> KeyStatus:
    """Count what is granted to the acting user; open nothing."""
    grants = vault.catalogue.grants_of(vault.me.id)
    mine = {grant.compartment_id for grant in grants}
    clients = {
        row.client_id for row in vault.catalogue.compartments() if row.id in mine
    }
    kinds = [grant.kind for grant in grants]
    return KeyStatus(
        fingerprint=vault.identity.public.fingerprint(),
        role=vault.me.role,
        clients=len(clients - {vault.agency}),
        doc_keys=kinds.count(GrantKind.DOC),
        meta_keys=kinds.count(GrantKind.META),
        ring_keys=kinds.count(GrantKind.RING),
        anchor_driver=vault.stores.anchors.name,
        anchor_epochs=tuple(vault.stores.anchors.epochs()),
        live_epoch=vault.ring.head.epoch,
        copies=tuple(escrows_of(vault)),
    )
