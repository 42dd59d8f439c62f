"""Seal to a user the keys he is entitled to and does not hold yet."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.keys import SecretKey
from ledgervault.domain.entitlement import (
    NOTHING,
    UNATTENDED,
    Entitlement,
    entitlement_of,
)
from ledgervault.domain.roster import Roster
from ledgervault.errors import NotAuthorised
from ledgervault.ids import ClientId, CompartmentId, IdentityId
from ledgervault.ports.rows import CompartmentRow, GrantRow
from ledgervault.vault.compartments import Holders, verified_compartments
from ledgervault.vault.keychain import Granter, ring_compartment
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User

Held = dict[tuple[CompartmentId, int], list[int]]  # epochs by compartment and kind


@dataclasses.dataclass(slots=True)
class Sealing:
    """What one user seals to others in one act."""

    vault: Vault
    granter: Granter
    _held: Held = dataclasses.field(default_factory=dict)

    def owed(
        self, user: User, clients: Collection[ClientId] | None = None
    ) -> list[GrantRow]:
        """Return the grants that bring a user's keys up to what the roster says.

        With `clients` only theirs. Raises NotAuthorised `grant.not-held` where the
        acting user lacks a key himself.
        """
        has = _held_by(self.vault, user.id)
        return [
            self._seal(user, row.id, kind, epoch)
            for row in verified_compartments(self.vault.catalogue.compartments())
            if clients is None or row.client_id in clients
            for kind in self._kinds(user, row)
            for epoch in self._epochs(row, kind)
            if epoch not in has.get((row.id, kind), ())
        ]

    def verify_held(
        self, rows: Iterable[CompartmentRow], kinds: Iterable[GrantKind]
    ) -> None:
        """Refuse, as `owed` would, where the acting user lacks one of these keys."""
        for row in rows:
            for kind in kinds:
                self._epochs(row, kind)

    def ring_key_for(self, user: User) -> list[GrantRow]:
        """Return the grant of the ring key, without which nothing can be derived."""
        ring = ring_compartment(self.vault.id)
        live = self.vault.ring.head.epoch
        since = self.vault.catalogue.newest_grant(ring, kind=GrantKind.RING, up_to=live)
        if since in _held_by(self.vault, user.id).get((ring, GrantKind.RING), ()):
            return []
        key = self.vault.keychain.ring_key(live)
        return [self._grant(key, user, ring, GrantKind.RING, since)]

    def _kinds(self, user: User, row: CompartmentRow) -> Iterator[GrantKind]:
        entitled = entitled_to(self.vault, user, row.client_id)
        if entitled.covers(row.level, is_content=True):
            yield GrantKind.DOC
        if entitled.covers(row.level, is_content=False):
            yield GrantKind.META

    def _epochs(self, row: CompartmentRow, kind: GrantKind) -> list[int]:
        if not self._held:
            self.vault.keychain.read_ahead()
            self._held = _held_by(self.vault, self.vault.me.id)
        current = row.doc_epoch if kind is GrantKind.DOC else row.meta_epoch
        mine = self._held.get((row.id, kind), [])
        if current not in mine:
            raise NotAuthorised(
                "you cannot grant a key that you do not hold yourself",
                hint="ask an owner, or somebody who serves this client",
                code="grant.not-held",
            )
        return mine

    def _seal(
        self, user: User, compartment: CompartmentId, kind: GrantKind, epoch: int
    ) -> GrantRow:
        keychain = self.vault.keychain
        key: SecretKey = (
            keychain.doc_kek(compartment, epoch)
            if kind is GrantKind.DOC
            else keychain.meta_kek(compartment, epoch)
        )
        return self._grant(key, user, compartment, kind, epoch)

    def _grant(
        self,
        key: SecretKey,
        user: User,
        compartment: CompartmentId,
        kind: GrantKind,
        epoch: int,
    ) -> GrantRow:
        return self.granter.grant(
            key, user, compartment=compartment, kind=kind, epoch=epoch
        )


def entitled_to(
    vault: Vault, user: User, client: ClientId, *, roster: Roster | None = None
) -> Entitlement:
    """Return how high a user may open a client's papers today.

    With `roster` as another one would say it.
    """
    if user.roles <= UNATTENDED:
        return NOTHING
    return entitlement_of(
        roster or vault.people.roster,
        user.id.hex(),
        client.hex(),
        is_agency=client == vault.agency,
        today=vault.now().date(),
    )


def holders_of(vault: Vault, client: ClientId) -> Holders:
    """Return who holds a client's keys, level by level and kind by kind."""
    active = vault.people.active()
    entitled = [(user, entitled_to(vault, user, client)) for user in active]

    def holders(level: str, kind: GrantKind) -> list[User]:
        is_content = kind is GrantKind.DOC
        return [
            user for user, one in entitled if one.covers(level, is_content=is_content)
        ]

    return holders


def _held_by(vault: Vault, user: IdentityId) -> Held:
    held: Held = {}
    for row in vault.catalogue.grants_of(user):
        held.setdefault((row.compartment_id, row.kind), []).append(row.epoch)
    return held
