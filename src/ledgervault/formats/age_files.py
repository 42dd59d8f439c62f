"""age files (age-encryption.org/v1) by pyrage: to recipients or a passphrase."""

import dataclasses
import io
from collections.abc import Sequence
from typing import Any, BinaryIO

import pyrage

from ledgervault.errors import StorageUnavailable, UsageInvalid
from ledgervault.formats.sanitising import printable

PASSPHRASE_BYTES = 256 << 20  # held in memory while it is encrypted


@dataclasses.dataclass(frozen=True, slots=True)
class Recipient:
    """A parsed public key."""

    text: str
    key: Any = dataclasses.field(repr=False)


def parse_recipient(text: str) -> Recipient:
    """Read an age or SSH public key; UsageInvalid for anything else."""
    bare = text.strip()
    try:
        if bare.startswith("age1pq"):
            raise _unusable(bare, "post-quantum age keys cannot be written to yet")
        if bare.startswith("age1"):
            return Recipient(bare, pyrage.x25519.Recipient.from_str(bare))
        if bare.startswith(("ssh-ed25519 ", "ssh-rsa ")):
            return Recipient(bare, pyrage.ssh.Recipient.from_str(bare))
    except pyrage.RecipientError:
        raise _unusable(bare, "it is damaged or cut off") from None
    raise _unusable(bare, "it is neither an age nor an SSH public key")


def is_recipient(text: str) -> bool:
    """Say whether a text is meant as a public key."""
    return text.strip().startswith(("age1", "ssh-"))


def encrypt_to_recipients(
    source: BinaryIO, sink: BinaryIO, recipients: Sequence[Recipient]
) -> None:
    """Encrypt a stream so that any of the recipients can open it."""
    if not recipients:
        raise UsageInvalid("a share needs a recipient")
    try:
        pyrage.encrypt_io(source, sink, [recipient.key for recipient in recipients])
    except pyrage.EncryptError as error:
        raise _failed(error) from error


def encrypt_with_passphrase(source: BinaryIO, sink: BinaryIO, passphrase: str) -> None:
    """Encrypt a stream under a passphrase (scrypt)."""
    plain = source.read(PASSPHRASE_BYTES + 1)
    if len(plain) > PASSPHRASE_BYTES:
        raise UsageInvalid(
            f"more than {PASSPHRASE_BYTES >> 20} MiB cannot be shared by passphrase",
            hint="share it to an age or SSH key with --key",
            code="share.too-large",
        )
    try:
        sink.write(pyrage.passphrase.encrypt(plain, passphrase))
    except pyrage.EncryptError as error:
        raise _failed(error) from error


def open_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """Open an age file; UsageInvalid for a wrong passphrase."""
    try:
        return io.BytesIO(pyrage.passphrase.decrypt(sealed, passphrase)).getvalue()
    except pyrage.DecryptError:
        raise UsageInvalid("the passphrase does not open this file") from None


def _unusable(text: str, why: str) -> UsageInvalid:
    return UsageInvalid(
        f"cannot encrypt to {printable(text, width=24)}: {why}",
        hint="give a key that begins with age1, ssh-ed25519 or ssh-rsa",
        code="share.recipient",
    )


def _failed(error: Exception) -> StorageUnavailable:
    return StorageUnavailable(f"the age file could not be written: {error}")
