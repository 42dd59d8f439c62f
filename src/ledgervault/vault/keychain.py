"""The access path: KEKs that grants open for the acting identity, each once."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.crypto.grants import (
    GrantHeader,
    GrantKind,
    open_grant,
    parse_grant_header,
    seal_grant,
)
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import DocKek, MetaKek, RingKey, SecretKey
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import CompartmentId, IdentityId, VaultId
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.ports.rows import GrantRow
from ledgervault.vault.people import People, User

FIRST_RING_EPOCH = 1
LATEST = (1 << 32) - 1


@dataclasses.dataclass(slots=True)
class Keychain:
    """Opens the keys an identity has been granted; holds them while a command runs."""

    vault: VaultId
    identity: Identity
    people: People
    reads: CatalogueReads
    _doc: dict[tuple[CompartmentId, int], DocKek] = dataclasses.field(
        default_factory=dict, repr=False
    )
    _meta: dict[tuple[CompartmentId, int], MetaKek] = dataclasses.field(
        default_factory=dict, repr=False
    )
    _ring: dict[int, RingKey] = dataclasses.field(default_factory=dict, repr=False)
    _grants: dict[tuple[CompartmentId, int, int], GrantRow] = dataclasses.field(
        default_factory=dict, repr=False
    )
    closed: Mapping[CompartmentId, date] = dataclasses.field(default_factory=dict)
    _is_detached: bool = False

    def doc_kek(self, compartment: CompartmentId, epoch: int) -> DocKek:
        """Return the key that wraps document keys of a compartment."""
        key = self._doc.get((compartment, epoch))
        if key is None:
            key = DocKek(self._open(compartment, GrantKind.DOC, epoch))
            self._doc[compartment, epoch] = key
        return key

    def meta_kek(self, compartment: CompartmentId, epoch: int) -> MetaKek:
        """Return the key that seals what is said of a compartment's documents."""
        key = self._meta.get((compartment, epoch))
        if key is None:
            key = MetaKek(self._open(compartment, GrantKind.META, epoch))
            self._meta[compartment, epoch] = key
        return key

    def ring_key(self, epoch: int) -> RingKey:
        """Return the key of the ring's pages at an epoch; NotAuthorised without it.

        It holds from the epoch its grants name. A newer one that was granted to
        others only counts, too: then this identity has been left out.
        """
        key = self._ring.get(epoch)
        if key is None:
            ring = ring_compartment(self.vault)
            since = self._ring_key_since(ring, epoch)
            key = RingKey(self._open(ring, GrantKind.RING, since))
            self._ring[epoch] = key
        return key

    def read_ahead(self) -> None:
        """Read every grant at once; one query for many keys instead of one for each."""
        if not self._grants:
            mine = self.reads.grants_of(IdentityId(self.identity.identity_id))
            self._grants = {
                (row.compartment_id, row.kind, row.epoch): row for row in mine
            }

    def forget(self) -> None:
        """Forget which grants were read ahead: others may have been given since."""
        self._grants = {}

    def holds(self, compartment: CompartmentId, kind: GrantKind, epoch: int) -> bool:
        """Say whether this identity has a grant of a key."""
        return self._find(compartment, kind, epoch) is not None

    def detach(self) -> None:
        """Never ask the catalogue again: what was not read ahead is not granted."""
        self._is_detached = True

    def _ring_key_since(self, ring: CompartmentId, epoch: int) -> int:
        if self._is_detached:
            return 0
        return self.reads.newest_grant(ring, kind=GrantKind.RING, up_to=epoch)

    def _find(
        self, compartment: CompartmentId, kind: GrantKind, epoch: int
    ) -> GrantRow | None:
        found = self._grants.get((compartment, int(kind), epoch))
        if found is not None or self._is_detached:
            return found
        return self.reads.find_grant(
            IdentityId(self.identity.identity_id), compartment, kind=kind, epoch=epoch
        )

    def _is_present(
        self, compartment: CompartmentId, kind: GrantKind, epoch: int
    ) -> bool:
        # Whoever leaves leaves behind new epochs of everything he held.
        if kind is GrantKind.RING:
            return epoch >= self._ring_key_since(compartment, LATEST)
        doc, meta = self.people.roster.epochs_of(compartment.hex())
        return epoch >= (doc if kind is GrantKind.DOC else meta)

    def _open(self, compartment: CompartmentId, kind: GrantKind, epoch: int) -> bytes:
        if compartment in self.closed:
            raise NotAuthorised(
                f"your access to these papers ended on {self.closed[compartment]}",
                hint="a partner extends it: vault grant USER --client C --until DAY",
                code="grant.lapsed",
            )
        row = self._find(compartment, kind, epoch)
        if row is None:
            raise NotAuthorised(
                "you have no grant for these papers",
                hint="only an identity that holds a grant for this client can open them",
                code="grant.missing",
            )
        header = parse_grant_header(row.record)
        expected = (compartment, kind, epoch)
        if (header.compartment, header.kind, header.epoch) != expected:
            raise IntegrityViolated("a grant stands under another's name")
        granter = self.people.user(IdentityId(header.granter))
        # Whoever took over another's standing sealed its keys to himself.
        is_own = granter.id == IdentityId(self.identity.identity_id)
        if not granter.may_admit and not is_own:
            raise IntegrityViolated(
                "a key was granted by somebody who may not grant",
                hint="compare with a backup before anything new is filed",
                code="grant.forged",
            )
        if granter.has_left and self._is_present(compartment, kind, epoch):
            raise IntegrityViolated(
                "a present key was granted by somebody who has left",
                hint="whoever left had none of it: compare with a backup",
                code="grant.forged",
            )
        return open_grant(
            row.record,
            vault=self.vault,
            identity=self.identity,
            granter_public=granter.public.ed25519,
        )


def ring_compartment(vault: VaultId) -> CompartmentId:
    """Return what stands for the compartment in grants of the ring key."""
    return CompartmentId(bytes(vault))


@dataclasses.dataclass(frozen=True, slots=True)
class Granter:
    """Seals keys to users in the name of the acting identity."""

    vault: VaultId
    identity: Identity
    log_sequence: int

    def grant(
        self,
        key: SecretKey,
        recipient: User,
        *,
        compartment: CompartmentId,
        kind: GrantKind,
        epoch: int,
    ) -> GrantRow:
        """Seal one key to one user."""
        header = GrantHeader(
            compartment=compartment,
            kind=kind,
            epoch=epoch,
            recipient=recipient.id,
            granter=self.identity.identity_id,
            log_sequence=self.log_sequence,
        )
        record = seal_grant(
            key,
            header,
            vault=self.vault,
            recipient=recipient.public,
            granter=self.identity,
        )
        granter_id = IdentityId(self.identity.identity_id)
        return GrantRow(compartment, int(kind), epoch, recipient.id, granter_id, record)
