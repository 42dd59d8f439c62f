"""Signed notes and cosignatures (C2SP signed-note and tlog-cosignature)."""

import base64
import binascii
import dataclasses
import hashlib
from collections.abc import Callable, Mapping

from ledgervault.crypto.signing import verify_raw
from ledgervault.errors import IntegrityViolated

ED25519 = 0x01
COSIGNATURE = 0x04
HASH_BYTES = 4
SIGNATURE_BYTES = 64
TIME_BYTES = 8
MAX_NOTE_BYTES = 64 << 10
MAX_SIGNATURES = 256
_DASH = "— "

Sign = Callable[[bytes], bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who, which key, and the algorithm's bytes."""

    name: str
    key_hash: bytes
    blob: bytes

    def line(self) -> str:
        """Write the line."""
        encoded = base64.b64encode(self.key_hash + self.blob).decode("ascii")
        return f"{_DASH}{self.name} {encoded}\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def serialise(self) -> str:
        """Write the note."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


def parse_note(raw: str) -> Note:
    """Parse a signed note; IntegrityViolated for any other text."""
    if len(raw) > MAX_NOTE_BYTES or not raw.endswith("\n"):
        raise _no_note()
    text, separator, tail = raw.rpartition("\n\n")
    lines = tail.splitlines(keepends=True)
    if not separator or not lines or len(lines) > MAX_SIGNATURES:
        raise _no_note()
    return Note(text + "\n", tuple(_parse_line(line) for line in lines))


def key_hash(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that tell keys of one name apart."""
    digest = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()
    return digest[:HASH_BYTES]


def sign_note(text: str, name: str, public: bytes, sign: Sign) -> NoteSignature:
    """Sign a text (type 0x01)."""
    return NoteSignature(name, key_hash(name, ED25519, public), sign(text.encode()))


def cosign_note(
    text: str, name: str, public: bytes, *, time_s: int, sign: Sign
) -> NoteSignature:
    """Cosign a checkpoint at a time (type 0x04)."""
    message = _cosigned(text, time_s)
    blob = time_s.to_bytes(TIME_BYTES, "big") + sign(message)
    return NoteSignature(name, key_hash(name, COSIGNATURE, public), blob)


def list_signers(raw: str, keys: Mapping[str, bytes]) -> frozenset[str]:
    """Name the known keys that signed a note themselves; cosigners are none.

    The signatures are taken to have been verified.
    """
    return frozenset(
        one.name
        for one in parse_note(raw).signatures
        if one.name in keys
        and one.key_hash == key_hash(one.name, ED25519, keys[one.name])
    )


def verify_signature(note: Note, name: str, public: bytes) -> bool:
    """Say whether `name` signed; a bad signature under its key is refused."""
    wanted = key_hash(name, ED25519, public)
    found = False
    for one in note.signatures:
        if (one.name, one.key_hash) != (name, wanted):
            continue
        verify_raw(public, note.text.encode(), one.blob)
        found = True
    return found


def verify_cosignature(note: Note, name: str, public: bytes) -> int | None:
    """Return when `name` cosigned, or None; a bad cosignature is refused."""
    wanted = key_hash(name, COSIGNATURE, public)
    for one in note.signatures:
        if (one.name, one.key_hash) != (name, wanted):
            continue
        if len(one.blob) != TIME_BYTES + SIGNATURE_BYTES:
            raise _no_note()
        time_s = int.from_bytes(one.blob[:TIME_BYTES], "big")
        verify_raw(public, _cosigned(note.text, time_s), one.blob[TIME_BYTES:])
        return time_s
    return None


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def _parse_line(line: str) -> NoteSignature:
    if not line.startswith(_DASH) or not line.endswith("\n"):
        raise _no_note()
    name, separator, encoded = line[len(_DASH) : -1].partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise _no_note() from None
    if not separator or not name or "+" in name or len(raw) <= HASH_BYTES:
        raise _no_note()
    return NoteSignature(name, raw[:HASH_BYTES], raw[HASH_BYTES:])


def _no_note() -> IntegrityViolated:
    return IntegrityViolated("this is no signed note", code="log.note")
