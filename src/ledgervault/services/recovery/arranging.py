"""Arrange recovery: an identity that holds every key, its seed shared and forgotten."""

import dataclasses
import secrets
from collections.abc import Iterable

from ledgervault.crypto.grants import GrantKind, open_grant, parse_grant_header
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed, SecretKey
from ledgervault.crypto.recovery_shares import (
    SharedKind,
    ShareSetting,
    share_secret,
)
from ledgervault.crypto.secret_sharing import subsets_of
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import IdentityId, random_id
from ledgervault.ports.rows import GrantRow, UserRow
from ledgervault.vault.colleagues import find_colleague
from ledgervault.vault.keychain import Granter
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import ADMITTING_ROLES, User, admit
from ledgervault.vault.recovery_set import (
    ARRANGED,
    OBJECT,
    ROLE,
    SET_FACT,
    ShareSet,
)
from ledgervault.vault.writing import writing

NAME = "recovery"


@dataclasses.dataclass(frozen=True, slots=True)
class Arranged:
    """A recovery that is in place."""

    set_id: str
    needed: int
    people: tuple[str, ...]
    fingerprint: str
    shares: int


def arrange_recovery(vault: Vault, needed: int, names: Iterable[str]) -> Arranged:
    """Share a new recovery identity among people, any `needed` of whom rebuild it.

    Its seed exists nowhere else when this returns. Whoever arranges must hold
    every key of the vault.
    """
    if not set(vault.me.role.split("+")) & set(ADMITTING_ROLES):
        raise NotAuthorised(
            "only an owner or a partner arranges recovery", code="recovery.maker"
        )
    members = [find_colleague(vault, name) for name in names]
    subsets_of(needed, len(members))
    verify_holds_everything(vault, vault.me.id)
    identity = Identity(random_id(), IdentitySeed.generate())
    with writing(vault, "recovery arrange"), vault.act() as act:
        shares = _share(vault, act, identity, needed, members)
        act.tx.put_fact(SET_FACT, shares.serialise())
        # First of the act: shares state the sequence of the event that arranges them.
        act.log(ARRANGED, objects=(OBJECT,), facts=_facts(shares))
        _admit(vault, act, identity)
    return Arranged(
        set_id=shares.set_id.hex(),
        needed=needed,
        people=tuple(member.id.hex() for member in members),
        fingerprint=identity.public.fingerprint(),
        shares=len(shares.records),
    )


def verify_holds_everything(vault: Vault, holder: IdentityId) -> None:
    """Refuse when somebody lacks a key that is in use."""
    count = missing_grants(vault, holder)
    if count:
        raise NotAuthorised(
            f"keys that are in use and not granted: {count}",
            hint="let an owner who holds every key arrange recovery",
            code="recovery.incomplete",
        )


def missing_grants(vault: Vault, holder: IdentityId) -> int:
    """Count the keys in use that somebody was not granted."""
    held = {
        (row.compartment_id, row.kind, row.epoch)
        for row in vault.catalogue.grants_of(holder)
    }
    used = {
        (row.id, int(kind), epoch)
        for row in vault.catalogue.compartments()
        for kind, epoch in (
            (GrantKind.DOC, row.doc_epoch),
            (GrantKind.META, row.meta_epoch),
        )
    }
    return len(used - held)


def _share(
    vault: Vault, act: Act, identity: Identity, needed: int, members: list[User]
) -> ShareSet:
    set_id = random_id()
    people = [(member.id, member.public) for member in members]
    secrets_by_kind = (
        (SharedKind.SEED, identity.seed.raw),
        (SharedKind.CANARY, secrets.token_bytes(len(identity.seed.raw))),
    )
    records: list[bytes] = []
    for kind, secret in secrets_by_kind:
        setting = ShareSetting(vault.id, set_id, kind, needed, act.start)
        records += share_secret(secret, setting, people, maker=vault.identity)
    return ShareSet(
        vault=vault.id,
        set_id=set_id,
        user=identity.identity_id,
        maker=vault.me.id,
        needed=needed,
        members=tuple(member.id for member in members),
        records=tuple(records),
    )


def _facts(shares: ShareSet) -> dict[str, object]:
    return {
        "set": shares.set_id.hex(),
        "hash": shares.digest(),
        "needed": shares.needed,
        "people": [member.hex() for member in shares.members],
        "user": shares.user.hex(),
    }


def _admit(vault: Vault, act: Act, identity: Identity) -> None:
    user = User(IdentityId(identity.identity_id), identity.public, ROLE, True)
    admission = admit(
        vault.identity, vault=vault.id, user=user.id, public=user.public, role=ROLE
    )
    sealed = vault.records.seal_for_client(
        vault.agency, "users", user.id, {"name": NAME}, 1
    )
    act.tx.add_user(
        UserRow(
            id=user.id,
            public=user.public.serialise(),
            role=ROLE,
            state="active",
            admitted_by=vault.me.id,
            admission=admission,
            sealed=sealed,
            row_version=1,
        )
    )
    act.tx.add_grants(_all_grants(vault, act, user))
    act.log("user.admitted", objects=(user.id.hex(),), facts={"role": ROLE})


def _all_grants(vault: Vault, act: Act, user: User) -> list[GrantRow]:
    granter = Granter(vault.id, vault.identity, act.start)
    return [
        granter.grant(
            _opened(vault, row),
            user,
            compartment=row.compartment_id,
            kind=GrantKind(row.kind),
            epoch=row.epoch,
        )
        for row in vault.catalogue.grants_of(vault.me.id)
    ]


def _opened(vault: Vault, row: GrantRow) -> SecretKey:
    header = parse_grant_header(row.record)
    if (header.compartment, int(header.kind), header.epoch) != (
        row.compartment_id,
        row.kind,
        row.epoch,
    ):
        raise IntegrityViolated("a grant stands under another's name")
    granter = vault.people.user(IdentityId(header.granter))
    return SecretKey(
        open_grant(
            row.record,
            vault=vault.id,
            identity=vault.identity,
            granter_public=granter.public.ed25519,
        )
    )
