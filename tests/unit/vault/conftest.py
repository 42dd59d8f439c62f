"""A small firm in one directory: a founder, and people he admits."""

import dataclasses
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledgervault.__main__ import main
from ledgervault.bootstrap.creating import InitRequest, init_vault
from ledgervault.bootstrap.opening import open_vault
from ledgervault.config import Settings
from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity_file import (
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.slots import add_key_file_slot
from ledgervault.ids import IdentityId
from ledgervault.ports.rows import UserRow
from ledgervault.services.founding import new_identity
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file
from ledgervault.vault.finding import get_client
from ledgervault.vault.keychain import Granter, ring_compartment
from ledgervault.vault.people import User, admit


@dataclasses.dataclass
class Firm:
    root: Path

    def settings(self, name: str) -> Settings:
        return Settings(
            vault_dir=self.root / "vault",
            config_dir=self.root / "config" / "ledgervault",
            identity_name=name,
            passphrase_file=str(self.root / f"{name}.key"),
        )

    @contextmanager
    def opened(self, name: str = "owner"):
        vault = open_vault(self.settings(name), None)
        try:
            yield vault
        finally:
            vault.catalogue.close()

    def run(self, *argv: str, name: str = "owner") -> int:
        """Run a command line as one of its people."""
        key = str(self.root / f"{name}.key")
        where = ("--vault", str(self.root / "vault"), "--as", name)
        return main(["--quiet", *where, "--passphrase-file", key, *argv])

    def ingest(self, client: str, papers: dict[str, bytes]) -> None:
        """Take on a client with papers of some names and contents."""
        pile = self.root / "pile" / client
        pile.mkdir(parents=True)
        for paper, content in papers.items():
            (pile / paper).write_bytes(content)
        assert self.run("client", "add", client, "--name", f"客户 {client}") == 0
        done = self.run("ingest", str(pile), "--client", client, "--workers", "1")
        assert done == 0

    def admit(self, vault, name: str, role: str = "bookkeeper") -> User:
        """Admit a person who holds the ring key and no other."""
        identity = new_identity()
        key = SlotKey(create_key_file(self.root / f"{name}.key"))
        file = add_key_file_slot(create_identity_file(identity), identity, key)
        store = FileIdentityStore(self.root / "config" / "ledgervault")
        store.save(name, serialise_identity_file(file))
        user = User(IdentityId(identity.identity_id), identity.public, role, True)
        with vault.act() as act:
            granter = Granter(vault.id, vault.identity, act.start)
            grant = granter.grant(
                vault.ring.ring_keys(vault.ring.head.epoch),
                user,
                compartment=ring_compartment(vault.id),
                kind=GrantKind.RING,
                epoch=vault.ring.head.epoch,
            )
            act.tx.add_grants([grant])
            act.tx.add_user(admitted_row(vault, user, name))
            act.log("user.admitted", objects=(user.id.hex(),), facts={"role": role})
        return user


def grant_client(vault, user: User, client: str) -> None:
    """Give a person the present keys of a client at every level."""
    row, _client = get_client(vault, client)
    with vault.act() as act:
        granter = Granter(vault.id, vault.identity, act.start)
        for one in vault.catalogue.compartments_of(row.id):
            for kind, epoch, key in (
                (GrantKind.DOC, one.doc_epoch, vault.keychain.doc_kek),
                (GrantKind.META, one.meta_epoch, vault.keychain.meta_kek),
            ):
                grant = granter.grant(
                    key(one.id, epoch), user, compartment=one.id, kind=kind, epoch=epoch
                )
                act.tx.add_grants([grant])


def admitted_row(vault, user: User, name: str) -> UserRow:
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


@pytest.fixture
def firm(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    return found(tmp_path)


def found(root: Path) -> Firm:
    made = Firm(root)
    settings = dataclasses.replace(made.settings("owner"), passphrase_file=None)
    init_vault(
        settings,
        InitRequest(
            name="鹿垄",
            packs=("cn", "base"),
            key_file=str(root / "owner.key"),
        ),
    )
    return made
