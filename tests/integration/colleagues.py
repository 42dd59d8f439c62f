"""People who join an agency through the command line, each on a machine of his own."""

import contextlib
import dataclasses
import os
from pathlib import Path
from typing import Any

CONFIG, PASSPHRASE = "XDG_CONFIG_HOME", "LEDGERVAULT_PASSPHRASE_FILE"


@dataclasses.dataclass
class Colleague:
    """A person with an identity and a machine."""

    agency: Any
    name: str
    home: Path

    @property
    def key(self) -> Path:
        return self.home / "key-file"

    def run(self, *argv: str) -> Any:
        with self.at_his_machine():
            return self.agency.run(*argv)

    def json(self, *argv: str, code: int = 0) -> Any:
        with self.at_his_machine():
            return self.agency.json(*argv, code=code)

    @contextlib.contextmanager
    def at_his_machine(self):
        before = {name: os.environ.get(name) for name in (CONFIG, PASSPHRASE)}
        os.environ[CONFIG] = str(self.home / "config")
        os.environ[PASSPHRASE] = str(self.key)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def join(agency: Any, name: str, *roles: str) -> Colleague:
    """Invite, enrol and admit a person."""
    home = agency.root / "people" / name
    home.mkdir(parents=True)
    invitation, request = str(home / "invitation"), str(home / "request")
    asked = [word for role in roles for word in ("--role", role)]
    agency.json("user", "add", name, *asked, "-o", invitation)
    who = Colleague(agency, name, home)
    with who.at_his_machine():
        del os.environ[PASSPHRASE]
        enrolled = agency.json(
            "user", "enrol", invitation, "-o", request, "--key-file", str(who.key)
        )
    agency.json("user", "admit", request, "--fingerprint", enrolled["fingerprint"])
    return who


def grant(
    agency: Any, who: Colleague, client: str, level: str = "confidential"
) -> None:
    """Give a colleague a client's keys up to a level."""
    agency.json("grant", who.name, "--client", client, "--level", level)
