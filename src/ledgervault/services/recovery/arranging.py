"""Arrange recovery: an identity that holds every key, its seed shared and forgotten."""

import dataclasses
import secrets
from collections.abc import Iterable

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.recovery_shares import (
    SharedKind,
    ShareSetting,
    share_secret,
)
from ledgervault.crypto.secret_sharing import subsets_of
from ledgervault.domain.roster import ADMITTED, ALWAYS_GRANTED, RECOVERY
from ledgervault.errors import NotAuthorised
from ledgervault.ids import IdentityId, random_id
from ledgervault.ports.rows import UserRow
from ledgervault.vault.attested import attested_events_of
from ledgervault.vault.authority import authorise
from ledgervault.vault.keychain import Granter
from ledgervault.vault.names import find_user, seal_name, user_code
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User, admit
from ledgervault.vault.recovery_set import ARRANGED, OBJECT, SET_FACT, ShareSet
from ledgervault.vault.sealing_grants import Sealing
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Arranged:
    """A recovery that is in place."""

    set_id: str
    needed: int
    people: tuple[str, ...]
    fingerprint: str
    shares: int
    earlier: tuple[str, ...]  # recovery identities that are to be let go now


def arrange_recovery(vault: Vault, needed: int, names: Iterable[str]) -> Arranged:
    """Share a new recovery identity among people, any `needed` of whom rebuild it.

    Its seed exists nowhere else when this returns. Whoever arranges must hold
    every key of the vault. Those who had enough of the earlier shares keep what
    they opened until the identities in `earlier` are let go.
    """
    authorise(vault, "key")
    if not vault.me.roles & ALWAYS_GRANTED:
        raise NotAuthorised("only an owner arranges recovery", code="recovery.maker")
    found = [find_user(vault, name) for name in names]
    members = [user for user, _name in found]
    subsets_of(needed, len(members))
    identity = Identity(random_id(), IdentitySeed.generate())
    with writing(vault, "recovery arrange"):
        earlier = _earlier(vault)
        with vault.act() as act:
            shares = _share(vault, act, identity, needed, members)
            act.tx.put_fact(SET_FACT, shares.serialise())
            # First of the act: shares state the sequence of what arranges them.
            act.log(ARRANGED, objects=(OBJECT,), facts=_facts(shares))
            _admit(vault, act, identity)
        reload_people(vault)
    return Arranged(
        set_id=shares.set_id.hex(),
        needed=needed,
        people=tuple(name for _user, name in found),
        fingerprint=identity.public.fingerprint(),
        shares=len(shares.records),
        earlier=earlier,
    )


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


def _earlier(vault: Vault) -> tuple[str, ...]:
    # One that recovers may arrange anew; it goes when the next owner does.
    events = attested_events_of(vault.catalogue, vault.checkpoint(), OBJECT)
    arranged = {event.facts["user"] for event in events if event.act == ARRANGED}
    return tuple(
        user_code(user.id)
        for user in vault.people.active()
        if user.id.hex() in arranged and user.id != vault.me.id
    )


def _admit(vault: Vault, act: Act, identity: Identity) -> None:
    on = vault.now().date()
    user = User(IdentityId(identity.identity_id), identity.public, RECOVERY, True, on)
    facts = {
        "user": user.id.hex(),
        "role": RECOVERY,
        "public": user.public.digest().hex(),
    }
    state_of_people(vault, act, ADMITTED, facts, objects=(user.id.hex(),))
    admission = admit(
        vault.identity, vault=vault.id, user=user.id, public=user.public, role=RECOVERY
    )
    act.tx.add_user(
        UserRow(
            id=user.id,
            public=user.public.serialise(),
            role=RECOVERY,
            state="active",
            admitted_by=vault.me.id,
            admission=admission,
            sealed=seal_name(vault, user.id, RECOVERY),
            row_version=1,
        )
    )
    sealing = Sealing(vault, Granter(vault.id, vault.identity, act.start))
    act.tx.add_grants([*sealing.ring_key_for(user), *sealing.owed(user)])
