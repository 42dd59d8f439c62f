"""HKDF-SHA-512 and the derive, commit, encrypt pattern that records share."""

import dataclasses
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from ledgervault.crypto.opening import cannot_open

KEY_BYTES = 32
NONCE_BYTES = 12
COMMITMENT_BYTES = 32
TAG_BYTES = 16
_SHA512 = SHA512()


def extract(salt: bytes, ikm: bytes) -> bytes:
    """Return the HKDF-Extract-SHA-512 pseudorandom key (RFC 5869, 2.2)."""
    return HKDF.extract(_SHA512, salt, ikm)


def expand(prk: bytes, info: bytes, size: int) -> bytes:
    """Return `size` bytes of HKDF-Expand-SHA-512 (RFC 5869, 2.3)."""
    return HKDFExpand(_SHA512, size, info).derive(prk)


@dataclasses.dataclass(frozen=True, slots=True)
class Committed:
    """Key, nonce and commitment derived for one committing encryption."""

    key: bytes
    nonce: bytes
    commitment: bytes

    def seal(self, plaintext: bytes, aad: bytes | None = None) -> bytes:
        """Return commitment, ciphertext and tag."""
        sealed = AESGCM(self.key).encrypt(self.nonce, plaintext, aad)
        return self.commitment + sealed

    def open(self, record: bytes, what: str, aad: bytes | None = None) -> bytes:
        """Check the commitment in constant time, then decrypt."""
        if not hmac.compare_digest(self.commitment, record[:COMMITMENT_BYTES]):
            raise cannot_open(what)
        try:
            sealed = record[COMMITMENT_BYTES:]
            return AESGCM(self.key).decrypt(self.nonce, sealed, aad)
        except InvalidTag:
            raise cannot_open(what) from None


def derive_committed(prk: bytes, info: bytes) -> Committed:
    """Derive `key32 || nonce12 || commitment32` from one expansion."""
    okm = expand(prk, info, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES)
    return Committed(okm[:32], okm[32:44], okm[44:])
