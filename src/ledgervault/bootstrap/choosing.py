"""Choose an identity: the one that is named, else the one that is of this vault.

Nothing is unlocked here. What the catalogue says of its users is believed for the
choice only: whose vault it is, is verified when it opens.
"""

import contextlib
import dataclasses
import functools
import hashlib
from pathlib import Path

from ledgervault.config import Settings
from ledgervault.crypto.identity_file import (
    IdentityFile,
    find_identity_id,
    parse_identity_file,
)
from ledgervault.errors import NotFound
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.layout import read_header, vault_paths


@dataclasses.dataclass(frozen=True, slots=True)
class LockedIdentity:
    """An identity file as it lies on the disk."""

    name: str
    path: Path
    record: bytes
    file: IdentityFile

    def digest(self) -> bytes:
        """Return the SHA-256 of the file: another slot, another digest."""
        return hashlib.sha256(self.record).digest()


def load_identity(settings: Settings) -> LockedIdentity:
    """Read the chosen identity file; nothing is unlocked."""
    store = FileIdentityStore(settings.config_dir)
    if settings.identity_file is not None:
        path = settings.identity_file
        name, record = store.load_file(path)
    else:
        # Asked only where several identities are on the machine and none is named.
        users = functools.cache(lambda: _users(settings))

        def belongs(head: bytes) -> bool:
            known = users()
            return known is None or find_identity_id(head) in known

        name, record = store.load(settings.identity_name, belongs)
        path = store.path_of(name)
    file = parse_identity_file(record, settings.passphrase_cost)
    return LockedIdentity(name, path.resolve(), record, file)


def _users(settings: Settings) -> frozenset[bytes] | None:
    # A quarter of a second of imports, needed only where there is a choice.
    from ledgervault.storage.catalogue.opening import open_catalogue

    try:
        read_header(settings.vault_dir)
        catalogue = open_catalogue(vault_paths(settings.vault_dir).catalogue)
    except NotFound:
        return None  # without a vault, any of them may be meant
    with contextlib.closing(catalogue):
        return frozenset(row.id for row in catalogue.users())
