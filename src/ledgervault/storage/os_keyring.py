"""Slot keys in the keyring of the desktop: 32 random bytes under a slot's name.

Asks whatever backend the `keyring` library chooses, and refuses to put a key
where it would lie in the clear. A keyring that does not answer is no error
when a key is looked for: there are other ways in.
"""

import base64
import binascii
from typing import Any

from ledgervault.errors import ConfigurationInvalid, StorageUnavailable

SERVICE = "ledgervault"
KEY_BYTES = 32
RECOMMENDED = 1  # the library's own mark for a backend that encrypts


def find_slot_key(name: str) -> bytes | None:
    """Return the key kept under a slot's name; None when the keyring has none."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        text = keyring.get_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - a backend raises what it likes
        return None
    return None if text is None else _parse(text)


def keep_slot_key(name: str, key: bytes) -> None:
    """Put a key into the keyring and read it back."""
    _verify_encrypts()
    import keyring

    try:
        keyring.set_password(SERVICE, name, base64.b64encode(key).decode())
    except Exception as error:
        raise _silent() from error
    if find_slot_key(name) != key:
        raise _silent()


def forget_slot_key(name: str) -> bool:
    """Remove a key from the keyring; say whether it was there and is gone."""
    if find_slot_key(name) is None:
        return False
    import keyring

    try:
        keyring.delete_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - a backend raises what it likes
        return False
    return True


def _verify_encrypts() -> None:
    try:
        import keyring
    except ImportError as error:
        raise ConfigurationInvalid(
            "the keyring needs the extra `keyring`, which is not installed",
            hint="pip install 'ledgervault[keyring]'",
            code="keyring.extra",
        ) from error
    backend: Any = keyring.get_keyring()
    first = next(iter(getattr(backend, "backends", [])), backend)
    priority = float(first.priority)
    if priority <= 0:
        raise _silent()
    if priority < RECOMMENDED:
        raise ConfigurationInvalid(
            f"the keyring {first.name} does not protect what it keeps",
            hint="use the desktop's own keyring, or a key file",
            code="keyring.unprotected",
        )


def _parse(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _silent() -> StorageUnavailable:
    return StorageUnavailable(
        "no keyring answers here",
        hint="a keyring needs a desktop session; choose a key file or a passphrase",
        code="keyring.silent",
    )
