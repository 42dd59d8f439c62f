"""Checkpoints: the signed head of the log (C2SP tlog-checkpoint)."""

import base64
import binascii
import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.notes import (
    Note,
    Sign,
    cosign_note,
    parse_note,
    sign_note,
    verify_signature,
)

HASH_BYTES = 32
NEVER_ENDING: Mapping[str, int] = MappingProxyType({})
_LINES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many entries, and the tree head over them."""

    origin: str
    size: int
    root: bytes


def origin_of(vault: bytes) -> str:
    """Name a vault's log."""
    return f"ledgervault/{vault.hex()}"


def key_name(vault: bytes, identity: bytes) -> str:
    """Name a user's checkpoint key."""
    return f"{origin_of(vault)}/{identity.hex()}"


def serialise_checkpoint(checkpoint: Checkpoint) -> str:
    """Write the text that is signed."""
    root = base64.b64encode(checkpoint.root).decode("ascii")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Parse a checkpoint's text; extension lines are refused."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1]:
        raise _no_checkpoint()
    origin, size, encoded = lines[:_LINES]
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise _no_checkpoint() from None
    is_number = size.isascii() and size.isdigit() and str(int(size)) == size
    if not origin or not is_number or len(root) != HASH_BYTES:
        raise _no_checkpoint()
    return Checkpoint(origin, int(size), root)


def sign_checkpoint(
    checkpoint: Checkpoint, *, name: str, public: bytes, sign: Sign
) -> str:
    """Return the signed note of a checkpoint."""
    text = serialise_checkpoint(checkpoint)
    return Note(text, (sign_note(text, name, public, sign),)).serialise()


def add_cosignature(
    note: str, *, name: str, public: bytes, time_s: int, sign: Sign
) -> str:
    """Return the note with one more witness."""
    parsed = parse_note(note)
    added = cosign_note(parsed.text, name, public, time_s=time_s, sign=sign)
    return dataclasses.replace(
        parsed, signatures=(*parsed.signatures, added)
    ).serialise()


def verify_checkpoint(
    note: str,
    *,
    origin: str,
    keys: Mapping[str, bytes],
    until: Mapping[str, int] = NEVER_ENDING,
) -> Checkpoint:
    """Return the checkpoint if a known key signed it for this log.

    `until` gives, for keys that have ended, the largest size they may sign for.
    """
    parsed = parse_note(note)
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != origin:
        raise IntegrityViolated("the checkpoint is of another log", code="log.foreign")
    named = {one.name for one in parsed.signatures} & keys.keys()
    size = checkpoint.size
    signers = {name for name in named if size <= until.get(name, size)}
    # Every known signer is checked: one bad signature spoils the note.
    signed = [verify_signature(parsed, name, keys[name]) for name in sorted(signers)]
    if not any(signed):
        raise IntegrityViolated(
            "no known key signed the checkpoint", code="log.unsigned"
        )
    return checkpoint


def _no_checkpoint() -> IntegrityViolated:
    return IntegrityViolated("this is no checkpoint", code="log.checkpoint")
