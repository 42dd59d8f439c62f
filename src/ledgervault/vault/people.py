"""Who may act: users whose keys somebody trusted has signed.

HPKE authenticates nobody and a database can be edited, so a public key counts
only with an admission signed by a user already trusted, back to the founder.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity, PublicKeys, parse_public_keys
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import IdentityId, VaultId
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import UserRow

ADMITTING_ROLES = ("owner", "partner")


@dataclasses.dataclass(frozen=True, slots=True)
class User:
    """A user whose admission has been verified."""

    id: IdentityId
    public: PublicKeys
    role: str
    is_active: bool


@dataclasses.dataclass(frozen=True, slots=True)
class People:
    """Every trusted user of a vault, the founder first."""

    founder: IdentityId
    users: Mapping[IdentityId, User]

    def user(self, identity_id: IdentityId) -> User:
        """Return a trusted user; anyone else is refused."""
        found = self.users.get(identity_id)
        if found is None:
            raise IntegrityViolated(
                "a record names a user nobody admitted", code="user.unknown"
            )
        return found

    def member(self, identity: Identity) -> User:
        """Return the user behind an unlocked identity, or refuse it."""
        user = self.users.get(IdentityId(identity.identity_id))
        if user is None or not user.is_active:
            raise NotAuthorised(
                "this identity does not belong to this vault",
                hint="choose another with --as NAME or --identity FILE",
                code="identity.foreign",
            )
        if user.public.serialise() != identity.public.serialise():
            raise IntegrityViolated(
                "the vault holds other public keys under this identity's id",
                code="user.swapped",
            )
        return user


def admission_record(
    vault: VaultId, user: IdentityId, public: PublicKeys, role: str
) -> bytes:
    """Write the canonical bytes an admission signs."""
    return canonical_json(
        {
            "vault": vault.hex(),
            "user": user.hex(),
            "public": public.digest().hex(),
            "role": role,
        }
    )


def admit(
    granter: Identity,
    *,
    vault: VaultId,
    user: IdentityId,
    public: PublicKeys,
    role: str,
) -> bytes:
    """Sign a user's public keys and role."""
    record = admission_record(vault, user, public, role)
    return sign_labelled(granter, labels.ADMISSION, record)


def trust(rows: Sequence[UserRow], *, vault: VaultId, founder: IdentityId) -> People:
    """Verify every admission, starting from the founder's own.

    Raises IntegrityViolated for a forged, orphaned or circular admission.
    """
    waiting = {row.id: row for row in rows}
    trusted: dict[IdentityId, User] = {}
    if founder not in waiting or waiting[founder].admitted_by != founder:
        raise IntegrityViolated("the founder's record is missing", code="user.founder")
    trusted[founder] = _verified(waiting.pop(founder), None, vault)
    while waiting:
        ready = [row for row in waiting.values() if row.admitted_by in trusted]
        if not ready:
            raise IntegrityViolated(
                "a user was admitted by nobody trusted", code="user.unknown"
            )
        for row in ready:
            trusted[row.id] = _verified(row, trusted[row.admitted_by], vault)
            del waiting[row.id]
    return People(founder=founder, users=trusted)


def _verified(row: UserRow, admitter: User | None, vault: VaultId) -> User:
    public = parse_public_keys(row.public)
    signer = admitter.public if admitter else public
    if admitter and admitter.role not in ADMITTING_ROLES:
        raise IntegrityViolated(
            "a user was admitted by someone who may not", code="user.unknown"
        )
    record = admission_record(vault, row.id, public, row.role)
    verify_labelled(signer.ed25519, labels.ADMISSION, record, row.admission)
    return User(row.id, public, row.role, row.state == "active")
