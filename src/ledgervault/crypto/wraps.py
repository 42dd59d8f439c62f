"""DEK wraps: 140 bytes that open only with a KEK and a shred key together.

Layout: docs/design/formats.md, "DEK wrap". The salt is fresh for each wrap, so
neither nonces nor wraps per KEK need counting.
"""

import dataclasses
import secrets
import struct

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import derive_committed, extract
from ledgervault.crypto.keys import Dek, DocKek, ShredKey
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.suites import Suite, require_suite

RECORD_TYPE = 1
RECORD_VERSION = 1
HEADER = struct.Struct(">BBHI16s8sI")
HEADER_BYTES = 36
SALT_BYTES = 24
WRAP_BYTES = 140
_BINDING = struct.Struct(">16s16sI")
_WHAT = "a document key"


@dataclasses.dataclass(frozen=True, slots=True)
class WrapHeader:
    """What a wrap says in clear."""

    suite: Suite
    kek_epoch: int
    compartment: bytes
    folder: bytes
    leaf: int


@dataclasses.dataclass(frozen=True, slots=True)
class WrapBinding:
    """What a wrap is for, known from elsewhere."""

    vault: bytes
    document: bytes
    version: int


def wrap_dek(
    dek: Dek,
    *,
    kek: DocKek,
    shred: ShredKey,
    header: WrapHeader,
    binding: WrapBinding,
) -> bytes:
    """Wrap a document key under both paths."""
    head = HEADER.pack(
        RECORD_TYPE,
        RECORD_VERSION,
        header.suite,
        header.kek_epoch,
        header.compartment,
        header.folder,
        header.leaf,
    )
    salt = secrets.token_bytes(SALT_BYTES)
    derived = derive_committed(extract(shred.raw, kek.raw), _info(salt, head, binding))
    return head + salt + derived.seal(dek.raw)


def parse_wrap_header(record: bytes) -> WrapHeader:
    """Parse what a wrap says in clear; refuse what is not one."""
    if len(record) != WRAP_BYTES:
        raise cannot_open(_WHAT)
    kind, version, suite, epoch, compartment, folder, leaf = HEADER.unpack_from(record)
    if (kind, version) != (RECORD_TYPE, RECORD_VERSION):
        raise cannot_open(_WHAT)
    return WrapHeader(require_suite(suite), epoch, compartment, folder, leaf)


def unwrap_dek(
    record: bytes, *, kek: DocKek, shred: ShredKey, binding: WrapBinding
) -> Dek:
    """Open a wrap; any wrong key, place or byte is refused alike."""
    parse_wrap_header(record)
    head, salt = record[:HEADER_BYTES], record[HEADER_BYTES : HEADER_BYTES + SALT_BYTES]
    derived = derive_committed(extract(shred.raw, kek.raw), _info(salt, head, binding))
    return Dek(derived.open(record[HEADER_BYTES + SALT_BYTES :], _WHAT))


def _info(salt: bytes, head: bytes, binding: WrapBinding) -> bytes:
    bound = _BINDING.pack(binding.vault, binding.document, binding.version)
    return labels.DEK_WRAP + labels.SEPARATOR + salt + head + bound
