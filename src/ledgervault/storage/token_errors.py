"""Turns errors of the PKCS#11 library into errors that say what to do.

Known by their names, so that nothing of the library is loaded to wait for them.
"""

import contextlib
from collections.abc import Iterator

from ledgervault.errors import LedgerVaultError, NotAuthorised, StorageUnavailable


@contextlib.contextmanager
def token_errors(label: str) -> Iterator[None]:
    """Raise our own error, naming the token, for any of the library's inside."""
    try:
        yield
    except LedgerVaultError:
        raise
    except RuntimeError as error:
        if not type(error).__module__.startswith("pkcs11"):
            raise
        raise _translated(type(error).__name__, label) from error


def _translated(name: str, label: str) -> LedgerVaultError:
    if name in {"PinIncorrect", "PinInvalid", "PinLenRange"}:
        return NotAuthorised(
            f"this is not the PIN of the token {label}",
            hint="try once more with care: a token locks itself after a few",
            code="token.pin",
        )
    if name in {"PinLocked", "PinExpired"}:
        return NotAuthorised(
            f"the token {label} has locked itself",
            hint="unlock it with its security officer's PIN, or unlock another way",
            code="token.locked",
        )
    if name in {"NoSuchToken", "TokenNotPresent", "DeviceRemoved"}:
        return StorageUnavailable(
            f"the token {label} is not connected",
            hint="connect it, then run the command again",
            code="token.absent",
        )
    return StorageUnavailable(
        f"the token {label} did not do what was asked: {name}",
        hint="connect it anew, then run the command again",
        code="token.failed",
    )
