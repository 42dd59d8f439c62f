"""The registry of suites: one number names every primitive of a record.

Nothing is negotiated. A number that is unknown or reserved is refused.
"""

from enum import IntEnum

from cryptography.hazmat.backends.openssl.backend import backend

from ledgervault.errors import ConfigurationInvalid, IntegrityViolated


class Suite(IntEnum):
    """Suites in use; 3 (SM3 + SM4-GCM) and 4 (FIPS) are reserved."""

    COBBLESTONE_256 = 1
    COBBLESTONE_128 = 2

    @property
    def key_bytes(self) -> int:
        """Return the length of the content key."""
        return 32 if self is Suite.COBBLESTONE_256 else 16


_KNOWN = {int(suite): suite for suite in Suite}  # every record read asks here


def require_suite(value: int) -> Suite:
    """Return the suite of a number; IntegrityViolated for any other number."""
    try:
        return _KNOWN[value]
    except KeyError:
        raise IntegrityViolated(
            f"cryptographic suite {value} is not known here",
            hint="a newer version of ledgervault may be able to read this",
            code="format.suite",
        ) from None


def verify_capabilities() -> None:
    """Ask the linked library for every primitive that is needed."""
    wanted = {
        "Argon2id": backend.argon2_supported(),
        "ML-KEM": backend.mlkem_supported(),
        "X25519": backend.x25519_supported(),
        "Ed25519": backend.ed25519_supported(),
    }
    missing = [name for name, is_there in wanted.items() if not is_there]
    if missing:
        raise ConfigurationInvalid(
            f"the linked cryptographic library lacks {', '.join(missing)}",
            hint="install the `cryptography` wheel from the package index",
            code="crypto.capability",
        )
