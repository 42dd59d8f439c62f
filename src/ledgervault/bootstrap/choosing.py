"""Choose an identity: the one that is named, else the one that is of this vault."""

import dataclasses
import hashlib
from collections.abc import Callable, Collection
from pathlib import Path

from ledgervault.config import Settings
from ledgervault.crypto.identity_file import find_identity_id
from ledgervault.storage.identities import FileIdentityStore

Members = Callable[[], Collection[bytes]]


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """An identity file: its name, where it lies, and its sealed bytes."""

    name: str
    path: Path
    record: bytes

    def digest(self) -> bytes:
        """Return the SHA-256 of the file: another passphrase, another digest."""
        return hashlib.sha256(self.record).digest()


def choose_identity(settings: Settings, members: Members | None = None) -> Chosen:
    """Read the chosen identity file.

    `members` tells the ids of the vault's users; it is asked only where several
    identities are on the machine and none is named. What it says is believed only
    for the choice: whose vault it is, is verified when it opens.
    """
    store = FileIdentityStore(settings.config_dir)
    if settings.identity_file is not None:
        name, record = store.load_file(settings.identity_file)
        return Chosen(name, settings.identity_file.absolute(), record)

    def belongs(head: bytes) -> bool:
        return members is not None and find_identity_id(head) in members()

    name, record = store.load(
        settings.identity_name, None if members is None else belongs
    )
    return Chosen(name, store.path(name).absolute(), record)
