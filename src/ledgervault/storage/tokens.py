"""A PKCS#11 token: AES keys that never leave it, used to seal small secrets.

Logs in at first use, once a process, and never tries a PIN twice: tokens lock.
Refuses a module that somebody else could have exchanged, since it is code.
"""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledgervault.errors import (
    ConfigurationInvalid,
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
)
from ledgervault.storage.os_errors import shown_path
from ledgervault.storage.token_errors import token_errors

NONCE_BYTES = 12
TAG_BITS = 128
KEY_BITS = 256
SOFT_TOKEN = "SoftHSM"  # noqa: S105 - the name of a product
AskPin = Callable[[str], str]
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

# PKCS#11 logs a process in once for a token, whoever opened the session.
_sessions: dict[tuple[str, str], Any] = {}


class Token:
    """One token, found by its label through one module."""

    def __init__(self, module: Path, label: str, ask_pin: AskPin) -> None:
        self.label = label
        self._module = module
        self._ask_pin = ask_pin

    def create_key(self, name: str) -> None:
        """Make an AES-256 key inside the token that it will never give out."""
        if self.has_key(name):
            raise Conflict(f"the token holds a key {name} already", code="token.exists")
        from pkcs11 import Attribute, KeyType

        wanted = {
            Attribute.PRIVATE: True,
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.ENCRYPT: True,
            Attribute.DECRYPT: True,
            Attribute.WRAP: False,
            Attribute.UNWRAP: False,
        }
        with token_errors(self.label):
            key = self._session().generate_key(
                KeyType.AES, KEY_BITS, label=name, store=True, template=wanted
            )
            is_kept = key[Attribute.SENSITIVE] and not key[Attribute.EXTRACTABLE]
            if not is_kept:
                key.destroy()
        if not is_kept:
            raise ConfigurationInvalid(
                f"the token {self.label} would give its keys out",
                hint="use a token that keeps AES keys unextractable",
                code="token.extractable",
            )

    def has_key(self, name: str) -> bool:
        """Say whether the token holds a key of that name."""
        with token_errors(self.label):
            return self._find(name) is not None

    def names(self, prefix: str) -> list[str]:
        """Return the names of the token's AES keys that begin with `prefix`."""
        from pkcs11 import Attribute, KeyType, ObjectClass

        wanted = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
        }
        with token_errors(self.label):
            found = [str(one.label) for one in self._session().get_objects(wanted)]
        return sorted({name for name in found if name.startswith(prefix)})

    def seal(self, name: str, secret: bytes, binding: bytes) -> bytes:
        """Encrypt a secret inside the token; return nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        with token_errors(self.label):
            sealed = self._key(name).encrypt(secret, **_gcm(nonce, binding))
        return nonce + bytes(sealed)

    def open(self, name: str, record: bytes, binding: bytes) -> bytes:
        """Decrypt what `seal` returned; IntegrityViolated `token.sealed` if it is not."""
        from pkcs11 import exceptions

        nonce, sealed = record[:NONCE_BYTES], record[NONCE_BYTES:]
        with token_errors(self.label):
            key = self._key(name)
            try:
                return bytes(key.decrypt(sealed, **_gcm(nonce, binding)))
            except (
                exceptions.EncryptedDataInvalid,
                exceptions.EncryptedDataLenRange,
                exceptions.GeneralError,  # what SoftHSM calls a wrong tag
            ) as error:
                raise IntegrityViolated(
                    "what was sealed inside the token was changed",
                    hint="restore the file beside it from a copy",
                    code="token.sealed",
                ) from error

    def destroy_key(self, name: str) -> None:
        """Destroy every key of that name inside the token."""
        from pkcs11 import Attribute

        with token_errors(self.label):
            for key in list(self._session().get_objects({Attribute.LABEL: name})):
                key.destroy()

    def is_software(self) -> bool:
        """Say whether the token is files that can be copied, as SoftHSM's are."""
        with token_errors(self.label):
            maker = self._session().token.manufacturer_id
        return str(maker).startswith(SOFT_TOKEN)

    def _find(self, name: str) -> Any:
        from pkcs11 import Attribute, KeyType, ObjectClass

        wanted = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
            Attribute.LABEL: name,
        }
        return next(iter(list(self._session().get_objects(wanted))), None)

    def _key(self, name: str) -> Any:
        key = self._find(name)
        if key is None:
            raise NotFound(
                f"the token {self.label} holds no key {name}",
                hint="connect the token the key was made in",
                code="token.no-key",
            )
        return key

    def _session(self) -> Any:
        place = (str(self._module), self.label)
        if place not in _sessions:
            token = _find_token(self._module, self.label)
            pin = self._ask_pin(self.label)
            _sessions[place] = token.open(rw=True, user_pin=pin)
        return _sessions[place]


def verify_token(module: Path, label: str) -> None:
    """Refuse a module that cannot be used, and a token it does not see."""
    with token_errors(label):
        _find_token(module, label)


def _find_token(module: Path, label: str) -> Any:
    from pkcs11 import exceptions

    library = _library(module)
    try:
        return library.get_token(token_label=label)
    except exceptions.NoSuchToken:
        # A module looks for tokens when it starts, and some never again.
        library.reinitialize()
        _sessions.clear()
        return library.get_token(token_label=label)


def _library(module: Path) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise ConfigurationInvalid(
            "tokens need the extra `token`, which is not installed",
            hint="pip install 'ledgervault[token]'",
            code="token.extra",
        ) from error
    _verify_module(module)
    try:
        return pkcs11.lib(str(module))
    except RuntimeError as error:
        raise ConfigurationInvalid(
            f"{shown_path(module)} is no PKCS#11 module that can be loaded",
            hint="SoftHSM's is /usr/lib/softhsm/libsofthsm2.so; others come with "
            "their token",
            code="token.module",
        ) from error


def _verify_module(module: Path) -> None:
    try:
        status = module.stat()
    except OSError as error:
        raise NotFound(
            f"there is no PKCS#11 module {shown_path(module)}",
            hint="name the .so file that came with the token",
            code="token.module",
        ) from error
    is_ours = status.st_uid in {0, os.geteuid()}
    is_plain = stat.S_ISREG(status.st_mode) and module.is_absolute()
    if not (is_plain and is_ours) or status.st_mode & _OTHERS_WRITE:
        raise NotAuthorised(
            f"others can change the PKCS#11 module {shown_path(module)}",
            hint="name an absolute path to a file that only you or root can write",
            code="token.module",
        )


def _gcm(nonce: bytes, binding: bytes) -> dict[str, Any]:
    from pkcs11 import GCMParams, Mechanism

    return {
        "mechanism": Mechanism.AES_GCM,
        "mechanism_param": GCMParams(nonce, binding, TAG_BITS),
    }
