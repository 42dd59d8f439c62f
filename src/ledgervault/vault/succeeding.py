"""Take new keys for oneself: a successor identity with the same standing.

One transaction states it, adds the successor's row and seals every key to him.
Before it the old identity works, after it the new one: its file is durable first.
Whose keys they are may always renew them, so no rule of the policy is asked.
"""

import dataclasses
from collections.abc import Iterator

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import SecretKey
from ledgervault.domain.roster import SUCCEEDED
from ledgervault.errors import NotAuthorised
from ledgervault.ids import IdentityId
from ledgervault.ports.rows import GrantRow, UserRow
from ledgervault.vault.keychain import Granter
from ledgervault.vault.names import TABLE, seal_name, user_code
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User, admit
from ledgervault.vault.stating import state_of_people
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Succeeded:
    """A person under new keys."""

    before: str
    after: str
    keys: int


def verify_may_succeed(vault: Vault) -> None:
    """Refuse whoever could not take new keys, before any are made."""
    _own_name(vault)


def succeed(vault: Vault, successor: Identity) -> Succeeded:
    """State a successor of the acting identity and seal all its keys to him.

    The vault in hand is of no use afterwards: the old identity has no standing.
    """
    with writing(vault, "key rotate"):
        name = _own_name(vault)
        old = vault.me
        user = dataclasses.replace(
            old, id=IdentityId(successor.identity_id), public=successor.public
        )
        with vault.act() as act:
            grants = list(_resealed(vault, act, successor, user))
            _state(vault, act, user, name)
            act.tx.remove_grants(old.id, None)
            act.tx.add_grants(grants)
    return Succeeded(user_code(old.id), user_code(user.id), len(grants))


def _own_name(vault: Vault) -> str:
    row = next(one for one in vault.catalogue.users() if one.id == vault.me.id)
    try:
        facts = vault.records.open_for_client(
            vault.agency, TABLE, row.id, row.sealed, row.row_version
        )
    except NotAuthorised as error:
        raise NotAuthorised(
            "who reads nothing cannot carry his name over to new keys",
            hint="let him go and admit him anew: vault user disable, vault user add",
            code="identity.unreadable",
        ) from error
    return str(facts["name"])


def _state(vault: Vault, act: Act, user: User, name: str) -> None:
    old = vault.me
    facts = {
        "user": old.id.hex(),
        "successor": user.id.hex(),
        "public": user.public.digest().hex(),
    }
    objects = (old.id.hex(), user.id.hex())
    state_of_people(vault, act, SUCCEEDED, facts, objects=objects)
    row = next(one for one in act.tx.users() if one.id == old.id)
    version = row.row_version + 1
    act.tx.update_user(
        dataclasses.replace(
            row,
            state=vault.people.roster.people[old.id.hex()].state,
            sealed=seal_name(vault, old.id, name, version),
            row_version=version,
        )
    )
    act.tx.add_user(_row(vault, user, name))


def _row(vault: Vault, user: User, name: str) -> UserRow:
    admission = admit(
        vault.identity,
        vault=vault.id,
        user=user.id,
        public=user.public,
        role=user.role,
    )
    return UserRow(
        id=user.id,
        public=user.public.serialise(),
        role=user.role,
        state="active",
        admitted_by=vault.me.id,
        admission=admission,
        sealed=seal_name(vault, user.id, name),
        row_version=1,
    )


def _resealed(
    vault: Vault, act: Act, successor: Identity, user: User
) -> Iterator[GrantRow]:
    # Signed by the new keys: nobody but their owner seals keys to himself.
    granter = Granter(vault.id, successor, act.start)
    for row in vault.catalogue.grants_of(vault.me.id):
        key = _key(vault, row)
        if key is not None:
            yield granter.grant(
                key,
                user,
                compartment=row.compartment_id,
                kind=GrantKind(row.kind),
                epoch=row.epoch,
            )


def _key(vault: Vault, row: GrantRow) -> SecretKey | None:
    keychain = vault.keychain
    if row.compartment_id in keychain.closed:
        return None  # what has lapsed is not carried over
    if row.kind == GrantKind.RING:
        return keychain.ring_key(row.epoch)
    if row.kind == GrantKind.DOC:
        return keychain.doc_kek(row.compartment_id, row.epoch)
    return keychain.meta_kek(row.compartment_id, row.epoch)
