"""Encrypted catalogue columns: they die with the leaf they were sealed under.

Layout: docs/design/formats.md, "Columns". The key belongs to one row, column
set and row version, so a sealed value cannot be moved or rolled back alone.
"""

import dataclasses
import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    expand,
    extract,
)
from ledgervault.crypto.keys import MetaKek, RingKey, ShredKey
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.suites import Suite, require_suite

RECORD_TYPE = 3
RECORD_VERSION = 1
HEADER = struct.Struct(">BBHI")
HEADER_BYTES = 8
_WHAT = "a catalogue record"


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where a sealed value stands."""

    table: str
    row: bytes
    column_set: str
    row_version: int


def ring_meta_kek(ring_key: RingKey) -> MetaKek:
    """Derive the key of records that whoever keeps the ring must open."""
    return MetaKek(expand(ring_key.raw, labels.RING_META, KEY_BYTES))


def seal_columns(
    plaintext: bytes,
    *,
    kek: MetaKek,
    shred: ShredKey,
    kek_epoch: int,
    place: ColumnPlace,
) -> bytes:
    """Seal a column set for its place."""
    header = HEADER.pack(RECORD_TYPE, RECORD_VERSION, Suite.COBBLESTONE_256, kek_epoch)
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = header + _place(place)
    sealed = AESGCM(_key(kek, shred, bound)).encrypt(nonce, plaintext, bound)
    return header + nonce + sealed


def open_columns(
    record: bytes, *, kek: MetaKek, shred: ShredKey, place: ColumnPlace
) -> bytes:
    """Open a column set; refuse it anywhere but in its place."""
    parse_column_epoch(record)
    header, rest = record[:HEADER_BYTES], record[HEADER_BYTES:]
    bound = header + _place(place)
    aead = AESGCM(_key(kek, shred, bound))
    try:
        return aead.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound)
    except InvalidTag:
        raise cannot_open(_WHAT) from None


def parse_column_epoch(record: bytes) -> int:
    """Return the KEK epoch a record was sealed under; refuse what is none."""
    if len(record) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES:
        raise cannot_open(_WHAT)
    kind, version, suite, epoch = HEADER.unpack_from(record)
    if (kind, version) != (RECORD_TYPE, RECORD_VERSION):
        raise cannot_open(_WHAT)
    require_suite(suite)
    return int(epoch)


def _key(kek: MetaKek, shred: ShredKey, bound: bytes) -> bytes:
    info = labels.COLUMNS + labels.SEPARATOR + bound
    return expand(extract(shred.raw, kek.raw), info, KEY_BYTES)


def _place(place: ColumnPlace) -> bytes:
    parts = (place.table.encode(), place.row, place.column_set.encode())
    framed = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return framed + place.row_version.to_bytes(8, "big")
