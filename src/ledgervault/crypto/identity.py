"""Identities: key pairs from one random seed, and the public half others see.

X-Wing (ML-KEM-768 + X25519) receives grants; Ed25519 signs. Sources: RFC 9180,
draft-connolly-cfrg-xwing-kem, RFC 8032.
"""

import dataclasses
import functools
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.hpke import (
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
)

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import KEY_BYTES, expand
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import base32

ED25519_BYTES = 32
MLKEM_BYTES = 1184
X25519_BYTES = 32
PUBLIC_BYTES = ED25519_BYTES + MLKEM_BYTES + X25519_BYTES
FINGERPRINT_BYTES = 20
_MLKEM_SEED_BYTES = 64


@dataclasses.dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public half of an identity."""

    ed25519: bytes
    mlkem: bytes
    x25519: bytes

    def serialise(self) -> bytes:
        """Write the 1248 bytes that admissions and grants bind."""
        return self.ed25519 + self.mlkem + self.x25519

    def digest(self) -> bytes:
        """Return the SHA-256 of the serialised keys."""
        return hashlib.sha256(self.serialise()).digest()

    def fingerprint(self) -> str:
        """Write the digest's first 160 bits in groups, to be compared aloud."""
        text = base32(self.digest()[:FINGERPRINT_BYTES])
        return "-".join(text[start : start + 4] for start in range(0, len(text), 4))

    def kem(self) -> MLKEM768X25519PublicKey:
        """Return the X-Wing key that grants are sealed to."""
        try:
            return MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(self.mlkem),
                X25519PublicKey.from_public_bytes(self.x25519),
            )
        except ValueError as error:
            raise _not_keys() from error


class Identity:
    """An unlocked identity: the seed, and key pairs derived when needed."""

    def __init__(self, identity_id: bytes, seed: IdentitySeed) -> None:
        self.identity_id = identity_id
        self.seed = seed

    @functools.cached_property
    def public(self) -> PublicKeys:
        """Return the public half."""
        mlkem, x25519 = self._kem_pair
        return PublicKeys(
            self._signing.public_key().public_bytes_raw(),
            mlkem.public_key().public_bytes_raw(),
            x25519.public_key().public_bytes_raw(),
        )

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519; 64 bytes."""
        return self._signing.sign(message)

    def kem(self) -> MLKEM768X25519PrivateKey:
        """Return the X-Wing key that opens grants."""
        return MLKEM768X25519PrivateKey(*self._kem_pair)

    def __repr__(self) -> str:
        return f"<Identity {self.identity_id.hex()[:8]} redacted>"

    @functools.cached_property
    def _signing(self) -> Ed25519PrivateKey:
        seed = expand(self.seed.raw, labels.IDENTITY_ED25519, KEY_BYTES)
        return Ed25519PrivateKey.from_private_bytes(seed)

    @functools.cached_property
    def _kem_pair(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        seed = expand(self.seed.raw, labels.IDENTITY_XWING, KEY_BYTES)
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + KEY_BYTES)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
        )


def parse_public_keys(raw: bytes) -> PublicKeys:
    """Parse 1248 bytes of public keys; refuse any that are none."""
    if len(raw) != PUBLIC_BYTES:
        raise _not_keys()
    kem = ED25519_BYTES + MLKEM_BYTES
    keys = PublicKeys(raw[:ED25519_BYTES], raw[ED25519_BYTES:kem], raw[kem:])
    keys.kem()
    return keys


def _not_keys() -> IntegrityViolated:
    return IntegrityViolated("these are no public keys", code="identity.public")
