"""Somebody joins a vault by invitation, with a key file, as the commands have it."""

import dataclasses
import os
import sqlite3
from pathlib import Path

from ledgervault.__main__ import main
from ledgervault.ids import IdentityId
from ledgervault.vault.invitations import JoinRequest

OWN_KEY = "LEDGERVAULT_PASSPHRASE_FILE"


@dataclasses.dataclass(frozen=True)
class Joined:
    """A user of the vault, and how commands run as him."""

    name: str
    key: Path
    id: IdentityId

    @property
    def flags(self):
        return ("--as", self.name, "--passphrase-file", str(self.key))


def join(root, name, *roles):
    """Invite, enrol and admit a user; the vault lies in `root`."""
    invitation, request = root / f"{name}.invitation", root / f"{name}.request"
    key = root / f"{name}.key"
    wanted = [word for role in roles for word in ("--role", role)]
    _run(root, "user", "add", name, *wanted, "-o", str(invitation))
    _enrol(invitation, key)
    made = JoinRequest.parse(request.read_bytes())
    words = made.public.fingerprint()
    _run(root, "user", "admit", str(request), "--fingerprint", words)
    return Joined(name, key, IdentityId(made.user))


def grant(root, joined, *terms):
    """Grant a user something, as the owner."""
    _run(root, "grant", joined.name, *terms)


def without_keys(root, joined, *, of="1=1"):
    """Take grants away behind the vault, so that only keys speak."""
    connection = sqlite3.connect(root / "vault" / "catalogue.sqlite")
    try:
        with connection:
            query = f"delete from grants where recipient = ? and {of}"
            connection.execute(query, (bytes(joined.id),))
    finally:
        connection.close()


def _enrol(invitation, key):
    # On the machine of the one who joins the owner's secret is not at hand.
    owners = os.environ.pop(OWN_KEY)
    try:
        code = main(
            ["--quiet", "user", "enrol", str(invitation), "--key-file", str(key)]
        )
        assert code == 0, invitation
    finally:
        os.environ[OWN_KEY] = owners
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "ledgervault"
    (config / "default-identity").write_text("owner\n")


def _run(root, *words):
    argv = ["--quiet", "--as", "owner", "--vault", str(root / "vault"), *words]
    code = main(argv)
    assert code == 0, words
