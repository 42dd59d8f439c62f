"""A small firm for tests: a founder, and people who join the way people join."""

import dataclasses
from contextlib import contextmanager
from pathlib import Path

from ledgervault.__main__ import main
from ledgervault.bootstrap.creating import InitRequest, init_vault
from ledgervault.bootstrap.enrolling import EnrolRequest, enrol, read_joining_file
from ledgervault.bootstrap.opening import open_vault
from ledgervault.config import Settings
from ledgervault.domain.clients import Client
from ledgervault.services.clients import add_client
from ledgervault.services.granting import GrantRequest, grant_access
from ledgervault.services.joining import admit_user, invite_user
from ledgervault.vault.invitations import JoinRequest
from ledgervault.vault.names import find_user


@dataclasses.dataclass
class Firm:
    """One vault, and a key file for each person: `owner.key`, `lin.key`."""

    root: Path
    packs: tuple[str, ...] = ("cn", "base")

    def settings(self, name: str) -> Settings:
        return Settings(
            vault_dir=self.root / "vault",
            config_dir=self.root / "config" / "ledgervault",
            identity_name=name,
            passphrase_file=str(self.root / f"{name}.key"),
        )

    def found(self) -> "Firm":
        settings = dataclasses.replace(self.settings("owner"), passphrase_file=None)
        key_file = str(self.root / "owner.key")
        init_vault(settings, InitRequest("鹿垄", self.packs, key_file=key_file))
        return self

    @contextmanager
    def opened(self, name: str = "owner"):
        vault = open_vault(self.settings(name), None)
        try:
            yield vault
        finally:
            vault.catalogue.close()

    def run(self, *argv: str, name: str = "owner") -> int:
        """Run a command line as one of its people; needs XDG_CONFIG_HOME."""
        key = str(self.root / f"{name}.key")
        where = ("--vault", str(self.root / "vault"), "--as", name)
        return main(["--quiet", *where, "--passphrase-file", key, *argv])

    def ingest(self, client: str, papers: dict[str, bytes]) -> None:
        """Take in papers of some names and contents."""
        pile = self.root / "pile" / client
        pile.mkdir(parents=True)
        for paper, content in papers.items():
            (pile / paper).write_bytes(content)
        done = self.run("ingest", str(pile), "--client", client, "--workers", "1")
        assert done == 0

    def join(self, name: str, role: str = "bookkeeper", *, by: str = "owner"):
        """Invite, enrol and admit somebody; return the user."""
        request = self.request(name, role, by=by)
        with self.opened(by) as vault:
            words = request.public.fingerprint()
            admit_user(vault, request, fingerprint=words)
            return find_user(vault, name)[0]

    def request(self, name: str, role: str, *, by: str = "owner") -> JoinRequest:
        """Invite and enrol somebody; return what he sends back."""
        invitation = self.root / f"{name}.invitation"
        answer = self.root / f"{name}.request"
        with self.opened(by) as vault:
            made = invite_user(vault, name, frozenset(role.split("+")), expires_on=None)
            invitation.write_bytes(made.serialise(vault.identity))
        settings = dataclasses.replace(
            self.settings(name), identity_name=None, passphrase_file=None
        )
        key_file = str(self.root / f"{name}.key")
        enrol(settings, EnrolRequest(invitation, answer, key_file=key_file))
        return JoinRequest.parse(read_joining_file(answer))

    def client(self, code: str, *, by: str = "owner"):
        with self.opened(by) as vault:
            return add_client(vault, Client(code=code, name=f"客户{code}"))

    def grant(self, name: str, client: str, *, by: str = "owner", **limits):
        with self.opened(by) as vault:
            return grant_access(vault, GrantRequest(name, client, **limits))
