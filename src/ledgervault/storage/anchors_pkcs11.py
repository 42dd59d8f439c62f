"""Anchors under keys inside a PKCS#11 token: destroying the key destroys the anchor.

A file beside the ring holds the 32 bytes sealed under an AES key that the token
never gives out. Says openly when the token is software, whose files can be copied.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ledgervault.crypto import labels
from ledgervault.crypto.keys import Anchor
from ledgervault.errors import Conflict, IntegrityViolated
from ledgervault.storage import durable
from ledgervault.storage.reading import find_bytes
from ledgervault.storage.tokens import Token

SEALED_BYTES = 12 + 32 + 16
HARDWARE_REMANENCE = (
    "anchor key destroyed inside a PKCS#11 token that never gave it out; that no copy "
    "of it is left rests on the token's maker; an unregistered copy of the anchor "
    "outside the token is out of reach"
)
SOFTWARE_REMANENCE = (
    "anchor key destroyed inside a token made of software (SoftHSM); whoever copied "
    "the token's folder before can bring it back, as can a snapshot or a backup of "
    "that folder; an unregistered copy is out of reach"
)
_NAME = re.compile(r"([0-9]{8})\.sealed", re.ASCII)
_EPOCH = re.compile(r"[0-9]{8}", re.ASCII)
_MAX_EPOCH = 99_999_999


class TokenAnchorStore:
    """The anchors of one vault, sealed in a directory, their keys in a token."""

    name: str = "pkcs11"

    def __init__(self, directory: Path, vault: bytes, token: Token) -> None:
        self._directory = directory
        self._vault = vault
        self._token = token

    def create(self, epoch: int, anchor: Anchor) -> None:
        path, key = self._path(epoch), self._key(epoch)
        if path.exists() or self._token.has_key(key):
            raise Conflict(f"epoch {epoch} has an anchor already", code="anchor.exists")
        durable.make_directory(self._directory)
        self._token.create_key(key)
        sealed = self._token.seal(key, anchor.raw, self._binding(epoch))
        durable.write_new(path, sealed)

    def get(self, epoch: int) -> Anchor:
        sealed = find_bytes(self._path(epoch), max_bytes=SEALED_BYTES)
        if sealed is None or not self._token.has_key(self._key(epoch)):
            raise IntegrityViolated(
                f"the anchor of epoch {epoch} is missing",
                hint="restore the ring and its anchor from a mirror",
                code="anchor.missing",
            )
        raw = self._token.open(self._key(epoch), sealed, self._binding(epoch))
        return Anchor(raw)

    def destroy(self, epoch: int) -> str:
        # The key first: what is left of a destruction cut short is then worthless.
        self._token.destroy_key(self._key(epoch))
        durable.erase(self._path(epoch), is_random=True)
        if self._directory.is_dir():
            durable.sync_directory(self._directory)
        return SOFTWARE_REMANENCE if self._token.is_software() else HARDWARE_REMANENCE

    def epochs(self) -> Sequence[int]:
        prefix = self._key_prefix()
        kept = {name.removeprefix(prefix) for name in self._token.names(prefix)}
        if self._directory.is_dir():
            names = (_NAME.fullmatch(path.name) for path in self._directory.iterdir())
            kept |= {match[1] for match in names if match}
        return sorted(int(epoch) for epoch in kept if _EPOCH.fullmatch(epoch))

    def _path(self, epoch: int) -> Path:
        if not 0 <= epoch <= _MAX_EPOCH:
            raise IntegrityViolated("an impossible ring epoch", code="ring.epoch")
        return self._directory / f"{epoch:08d}.sealed"

    def _key_prefix(self) -> str:
        return f"lv-anchor-{self._vault.hex()}-"

    def _key(self, epoch: int) -> str:
        return f"{self._key_prefix()}{epoch:08d}"

    def _binding(self, epoch: int) -> bytes:
        place = self._vault + epoch.to_bytes(4, "big")
        return labels.TOKEN_ANCHOR + labels.SEPARATOR + place
