"""Somebody joins a vault with a key file, holding exactly the grants a test names."""

import dataclasses
import os
from pathlib import Path

from ledgervault.bootstrap.opening import open_vault
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.slots import add_key_file_slot
from ledgervault.ids import CompartmentId, IdentityId
from ledgervault.ports.rows import UserRow
from ledgervault.services.founding import new_identity
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file
from ledgervault.vault.keychain import Granter
from ledgervault.vault.people import User, admit


@dataclasses.dataclass(frozen=True)
class Joined:
    """A user of the vault, and how commands run as him."""

    name: str
    key: Path
    id: IdentityId

    @property
    def flags(self):
        return ("--as", self.name, "--passphrase-file", str(self.key))


def join(root, name, role, *, ring=True, meta=()):
    """Admit a user as the owner; `meta` names levels of every compartment."""
    key = root / f"{name}.key"
    identity = new_identity()
    options = GlobalOptions(
        vault=str(root / "vault"),
        identity_name="owner",
        passphrase_file=os.environ["LEDGERVAULT_PASSPHRASE_FILE"],
    )
    settings = settings_of(options)
    _keep(settings, identity, name, key)
    vault = open_vault(settings, None)
    try:
        user = User(IdentityId(identity.identity_id), identity.public, role, True)
        with vault.act() as act:
            act.tx.add_user(_row(vault, user, name))
            act.tx.add_grants(_grants(vault, act, user, ring=ring, meta=meta))
            act.log(
                "user.admitted", objects=(user.id.hex(),), facts={"role": user.role}
            )
    finally:
        vault.catalogue.close()
    return Joined(name, key, user.id)


def _keep(settings, identity: Identity, name, key):
    file = add_key_file_slot(
        create_identity_file(identity), identity, SlotKey(create_key_file(key))
    )
    store = FileIdentityStore(settings.config_dir)
    store.save(name, serialise_identity_file(file))
    (settings.config_dir / "default-identity").write_text("owner\n")


def _row(vault, user, name):
    return UserRow(
        id=user.id,
        public=user.public.serialise(),
        role=user.role,
        state="active",
        admitted_by=vault.me.id,
        admission=admit(
            vault.identity,
            vault=vault.id,
            user=user.id,
            public=user.public,
            role=user.role,
        ),
        sealed=vault.records.seal_for_client(
            vault.agency, "users", user.id, {"name": name}, 1
        ),
        row_version=1,
    )


def _grants(vault, act, user, *, ring, meta):
    granter = Granter(vault.id, vault.identity, act.start)
    wanted = []
    if ring:
        epoch = vault.ring.head.epoch
        place = CompartmentId(bytes(vault.id))
        wanted.append((vault.keychain.ring_key(epoch), place, GrantKind.RING, 1))
    wanted += [
        (
            vault.keychain.meta_kek(row.id, row.meta_epoch),
            row.id,
            GrantKind.META,
            row.meta_epoch,
        )
        for row in vault.catalogue.compartments()
        if row.level in meta
    ]
    return [
        granter.grant(key, user, compartment=place, kind=kind, epoch=epoch)
        for key, place, kind, epoch in wanted
    ]
