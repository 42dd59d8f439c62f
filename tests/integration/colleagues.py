"""Further people of an agency, each with an identity of his own."""

from ledgervault.bootstrap.opening import open_vault
from ledgervault.config import Settings
from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import DocKek, IdentitySeed, MetaKek, SlotKey
from ledgervault.crypto.slots import add_key_file_slot
from ledgervault.ids import CompartmentId, IdentityId, random_id
from ledgervault.ports.rows import UserRow
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import read_key_file
from ledgervault.vault.keychain import RING_EPOCH, Granter
from ledgervault.vault.people import User, admit

LEVEL_EPOCH = 1


def opened(agency, name="owner"):
    """Open the agency's vault in this process as one of its people."""
    settings = Settings(
        vault_dir=agency.vault,
        config_dir=agency.root / "config" / "ledgervault",
        identity_name=name,
        passphrase_file=str(agency.key),
    )
    return open_vault(settings, None)


def add_colleague(agency, name, role):
    """Admit a person who holds every key there is; return his id in hex."""
    identity = Identity(random_id(), IdentitySeed.generate())
    file = create_identity_file(identity)
    file = add_key_file_slot(file, identity, _slot_key(agency))
    store = FileIdentityStore(agency.root / "config" / "ledgervault")
    store.save(name, serialise_identity_file(file))
    default = agency.root / "config" / "ledgervault" / "default-identity"
    default.write_text("owner")
    user = User(IdentityId(identity.identity_id), identity.public, role, True)
    vault = opened(agency)
    try:
        with vault.act() as act:
            act.tx.add_grants(list(_grants(vault, act, user)))
            act.tx.add_user(_row(vault, user, name))
            act.log("user.admitted", objects=(user.id.hex(),), facts={"role": role})
    finally:
        vault.catalogue.close()
    return user.id.hex()


def _slot_key(agency):
    return SlotKey(read_key_file(agency.key))


def _grants(vault, act, user):
    granter = Granter(vault.id, vault.identity, act.start)
    ring = CompartmentId(bytes(vault.id))
    yield granter.grant(
        vault.keychain.ring_key(),
        user,
        compartment=ring,
        kind=GrantKind.RING,
        epoch=RING_EPOCH,
    )
    for place in vault.catalogue.compartments():
        for kind, key in (
            (GrantKind.DOC, vault.keychain.doc_kek(place.id, LEVEL_EPOCH)),
            (GrantKind.META, vault.keychain.meta_kek(place.id, LEVEL_EPOCH)),
        ):
            assert isinstance(key, DocKek | MetaKek)
            yield granter.grant(
                key, user, compartment=place.id, kind=kind, epoch=LEVEL_EPOCH
            )


def _row(vault, user, name):
    admission = admit(
        vault.identity,
        vault=vault.id,
        user=user.id,
        public=user.public,
        role=user.role,
    )
    sealed = vault.records.seal_for_client(
        vault.agency, "users", user.id, {"name": name}, 1
    )
    return UserRow(
        id=user.id,
        public=user.public.serialise(),
        role=user.role,
        state="active",
        admitted_by=vault.me.id,
        admission=admission,
        sealed=sealed,
        row_version=1,
    )
