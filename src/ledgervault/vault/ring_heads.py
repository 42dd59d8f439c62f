"""The ring's HEAD as it is believed: signed by a user who has not left."""

from ledgervault.crypto.heads import RingHead, parse_head, verify_head
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import IdentityId, VaultId
from ledgervault.ports.stores import RingStore
from ledgervault.vault.people import People


def ring_age(head: RingHead) -> tuple[int, int]:
    """Return what tells an older HEAD from a newer one."""
    return head.epoch, head.log_size


def read_verified_head(
    store: RingStore, *, vault: VaultId, people: People, may_have_left: bool = False
) -> RingHead:
    """Read HEAD and check that a user signed it who has not left.

    `may_have_left` is for the moment between a leaver's going and the new epoch.
    """
    record = required_head(store.read_head())
    return verify_head_by(
        record, vault=vault, people=people, may_have_left=may_have_left
    )


def verify_head_by(
    record: bytes, *, vault: VaultId, people: People, may_have_left: bool = False
) -> RingHead:
    """Check a HEAD record against the keys of the user it names."""
    signer = people.user(IdentityId(parse_head(record).signer))
    if signer.has_left and not may_have_left:
        raise IntegrityViolated(
            "the ring's HEAD was signed by somebody who has left",
            hint="an old copy was put back; refresh it from a mirror",
            code="ring.signer",
        )
    return verify_head(record, vault=vault, signer_public=signer.public.ed25519)


def required_head(record: bytes | None) -> bytes:
    """Return HEAD's record; a vault without one cannot be read."""
    if record is None:
        raise IntegrityViolated(
            "the ring's HEAD is missing",
            hint="without the ring nothing can be read: restore it from a mirror",
            code="ring.missing",
        )
    return record
