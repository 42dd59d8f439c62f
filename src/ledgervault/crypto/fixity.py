"""Keyed fixity and equality: never a plain hash of plaintext.

A plain hash would confirm a guessed content for ever; these die with their key.
"""

import hmac

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import KEY_BYTES, expand
from ledgervault.crypto.keys import DedupKey, Dek


def commit_content(dek: Dek, content_sha256: bytes) -> bytes:
    """Commit to a content under its own key; 32 bytes."""
    key = expand(dek.raw, labels.FIXITY, KEY_BYTES)
    return hmac.digest(key, content_sha256, "sha256")


def dedup_token(key: DedupKey, content_sha256: bytes) -> bytes:
    """Name a content within one client; 32 bytes."""
    return hmac.digest(
        key.raw, labels.DEDUP + labels.SEPARATOR + content_sha256, "sha256"
    )


def blind_token(key: DedupKey, purpose: str, *parts: str) -> bytes:
    """Name a tuple of texts within one client; 32 bytes, injective."""
    framed = b"".join(
        len(raw).to_bytes(4, "big") + raw
        for raw in (part.encode() for part in (purpose, *parts))
    )
    return hmac.digest(key.raw, labels.TOKEN + labels.SEPARATOR + framed, "sha256")
