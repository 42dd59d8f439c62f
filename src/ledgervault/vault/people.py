"""Who may act: users whose keys and standing somebody trusted has signed.

HPKE authenticates nobody and a database can be edited, so a public key, a role
and a state count only as the chain of statements says, back to the founder.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity, PublicKeys, parse_public_keys
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.following import follow
from ledgervault.domain.roster import (
    ACTIVE,
    ADMITTING_ROLES,
    DISABLED,
    Roster,
    split_roles,
)
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import IdentityId, VaultId
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import UserRow
from ledgervault.vault.statements import ORIGIN, digest_of, verify_statement


@dataclasses.dataclass(frozen=True, slots=True)
class User:
    """A user whose standing has been verified."""

    id: IdentityId
    public: PublicKeys
    role: str
    is_active: bool
    admitted_on: date | None = None
    ended_at: int | None = None  # log sequence of the statement that ended it
    has_left: bool = False  # was disabled; a successor's predecessor has not left

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles one by one."""
        return split_roles(self.role)

    @property
    def may_admit(self) -> bool:
        """Say whether this user's word makes others users and keys keys."""
        return bool(self.roles & ADMITTING_ROLES)


@dataclasses.dataclass(slots=True)
class People:
    """Every trusted user of a vault and the roster they stand in."""

    founder: IdentityId
    users: Mapping[IdentityId, User]
    roster: Roster
    heads: tuple[str, ...] = ()  # one hash for each statement

    @property
    def head(self) -> str:
        """Return what the next statement names as the one before."""
        return self.heads[-1] if self.heads else ORIGIN

    @property
    def seen(self) -> str:
        """Write what to remember of the statements: how many, and the last."""
        return f"{len(self.heads)}:{self.head}"

    def take(self, other: "People") -> None:
        """Become what was read anew; everybody who holds this sees it."""
        self.users, self.roster, self.heads = other.users, other.roster, other.heads

    def user(self, identity_id: IdentityId) -> User:
        """Return a trusted user, one who has left too; anyone else is refused."""
        found = self.users.get(identity_id)
        if found is None:
            raise IntegrityViolated(
                "a record names a user nobody admitted", code="user.unknown"
            )
        return found

    def active(self) -> list[User]:
        """Return everybody who belongs to the vault now, the founder first."""
        return [user for user in self.users.values() if user.is_active]

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


def trust(
    rows: Sequence[UserRow],
    statements: Sequence[Event],
    *,
    vault: VaultId,
    founder: IdentityId,
) -> People:
    """Replay every statement from the founder's own, and hold the rows against it.

    Raises IntegrityViolated for a forged, lost, moved or unauthorised statement,
    and for a row that says otherwise.
    """
    public = {row.id: parse_public_keys(row.public) for row in rows}
    roster, heads = Roster(founder.hex()), [ORIGIN]
    for event in statements:
        signer = public.get(IdentityId(event.actor))
        if signer is None:
            raise _contradicted("a statement's author is missing")
        said = verify_statement(
            event, vault=vault, before=heads[-1], signer_public=signer.ed25519
        )
        roster = follow(roster, said)
        heads.append(digest_of(event.actor, event.act, event.facts))
    if founder.hex() not in roster.people:
        raise IntegrityViolated("the founder's record is missing", code="user.founder")
    _verify_rows(rows, public, roster, vault)
    users = {row.id: _user(row, public[row.id], roster) for row in rows}
    return People(founder, users, roster, tuple(heads[1:]))


def _verify_rows(
    rows: Sequence[UserRow],
    public: Mapping[IdentityId, PublicKeys],
    roster: Roster,
    vault: VaultId,
) -> None:
    if {row.id.hex() for row in rows} != roster.people.keys():
        raise _contradicted("a user was added or removed by hand")
    for row in rows:
        standing = roster.people[row.id.hex()]
        stated = (standing.role, standing.public, standing.state)
        if stated != (row.role, public[row.id].digest().hex(), row.state):
            raise _contradicted("a user's keys, role or state were edited")
        admitter = public.get(row.admitted_by)
        if admitter is None:
            raise _contradicted("a user was admitted by nobody trusted")
        record = admission_record(vault, row.id, public[row.id], row.role)
        verify_labelled(admitter.ed25519, labels.ADMISSION, record, row.admission)


def _user(row: UserRow, public: PublicKeys, roster: Roster) -> User:
    standing = roster.people[row.id.hex()]
    return User(
        id=row.id,
        public=public,
        role=standing.role,
        is_active=standing.state == ACTIVE,
        admitted_on=standing.since,
        ended_at=standing.ended_at,
        has_left=standing.state == DISABLED,
    )


def _contradicted(how: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"the users in the catalogue are not those that were stated: {how}",
        hint="run `vault log verify` and compare with a backup before going on",
        code="user.unknown",
    )
