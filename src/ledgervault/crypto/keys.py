"""Keys as distinct types, so that one cannot be passed where another belongs."""

import hmac
import secrets
from typing import NoReturn, Self

KEY_BYTES = 32


class SecretKey:
    """32 secret bytes that neither print, pickle nor compare in variable time."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._raw = bytes(raw)

    @classmethod
    def generate(cls) -> Self:
        """Draw a fresh key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @property
    def raw(self) -> bytes:
        """Return the secret bytes."""
        return self._raw

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self._raw, other.raw)

    def __hash__(self) -> int:
        return hash((type(self), self._raw))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not travel by pickle")


class Dek(SecretKey):
    """Opens one version of one document."""

    __slots__ = ()


class DocKek(SecretKey):
    """Wraps the DEKs of a compartment."""

    __slots__ = ()


class MetaKek(SecretKey):
    """Seals what is said of a compartment's documents."""

    __slots__ = ()


class RingKey(SecretKey):
    """Half of what opens a ring page; the other half is the anchor."""

    __slots__ = ()


class Anchor(SecretKey):
    """The effaceable half of what opens the ring pages of one epoch."""

    __slots__ = ()


class FolderSeed(SecretKey):
    """The root of a folder's GGM tree."""

    __slots__ = ()


class ShredKey(SecretKey):
    """A GGM leaf: without it a document's wrap never opens again."""

    __slots__ = ()


class DedupKey(SecretKey):
    """Makes equality tokens that mean something within one client only."""

    __slots__ = ()


class IdentitySeed(SecretKey):
    """What an identity's key pairs are derived from."""

    __slots__ = ()


class SlotKey(SecretKey):
    """Opens one slot of an identity file."""

    __slots__ = ()
