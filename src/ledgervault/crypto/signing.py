"""Ed25519 signatures, separated by a label where the message is our own."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity
from ledgervault.errors import IntegrityViolated


def sign_labelled(identity: Identity, label: bytes, message: bytes) -> bytes:
    """Sign `label || 0 || message`."""
    return identity.sign(label + labels.SEPARATOR + message)


def verify_labelled(
    ed25519_public: bytes, label: bytes, message: bytes, signature: bytes
) -> None:
    """Check a labelled signature; IntegrityViolated when it is not genuine."""
    verify_raw(ed25519_public, label + labels.SEPARATOR + message, signature)


def verify_raw(ed25519_public: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature over exactly `message`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(ed25519_public)
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        raise IntegrityViolated(
            "a signature is not genuine",
            hint="something was exchanged or forged: compare with a backup",
            code="signature.invalid",
        ) from None
