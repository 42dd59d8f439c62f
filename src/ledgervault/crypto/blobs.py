"""Blob records: 64-byte header, then Cobblestone over length, content, padding.

Layout and derivation: docs/design/formats.md, "Blob". Streaming both ways in
bounded memory; small contents are sealed in one call.
"""

import dataclasses
import struct
from collections.abc import Iterable, Iterator

from cryptography.cobblestone import (
    Cobblestone128Decryptor,
    Cobblestone128Encryptor,
    Cobblestone256Decryptor,
    Cobblestone256Encryptor,
)
from cryptography.exceptions import InvalidTag

from ledgervault.crypto import labels
from ledgervault.crypto.blob_contents import (
    INNER,
    INNER_BYTES,
    PIECE_BYTES,
    WHAT,
    StoredContent,
    at_least,
    compress,
    decompressed,
)
from ledgervault.crypto.derivation import expand
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.padding import padme
from ledgervault.crypto.suites import Suite, require_suite
from ledgervault.errors import IntegrityViolated

MAGIC = b"LVBLOB\0\1"
HEADER = struct.Struct(">8sHHI16s16s16s")
HEADER_BYTES = 64
FLAG_ZSTD = 1
FLAG_PADME = 2
_ZEROS = bytes(PIECE_BYTES)


@dataclasses.dataclass(frozen=True, slots=True)
class BlobBinding:
    """What a blob belongs to; every field is authenticated."""

    vault: bytes
    document: bytes
    version: int
    blob: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class BlobHeader:
    """A parsed header."""

    suite: Suite
    is_compressed: bool
    is_padded: bool
    binding: BlobBinding


def parse_blob_header(record: bytes) -> BlobHeader:
    """Parse the first 64 bytes of a blob; refuse unknown suites and flags."""
    if len(record) < HEADER_BYTES:
        raise cannot_open(WHAT)
    magic, suite, flags, version, vault, document, blob = HEADER.unpack_from(record)
    if magic != MAGIC or flags & ~(FLAG_ZSTD | FLAG_PADME):
        raise cannot_open(WHAT)
    return BlobHeader(
        suite=require_suite(suite),
        is_compressed=bool(flags & FLAG_ZSTD),
        is_padded=bool(flags & FLAG_PADME),
        binding=BlobBinding(vault, document, version, blob),
    )


def seal_blob(
    content: bytes,
    dek: Dek,
    binding: BlobBinding,
    *,
    suite: Suite = Suite.COBBLESTONE_256,
    may_compress: bool = True,
) -> bytes:
    """Seal a whole content; zstd is kept only where it saves five percent."""
    stored, is_compressed = compress(content) if may_compress else (content, False)
    header = _header(binding, suite, is_compressed=is_compressed)
    length = INNER_BYTES + len(stored)
    encryptor = _encryptor(dek, header, suite)
    inner = INNER.pack(len(stored), int(is_compressed))
    padding = bytes(padme(length) - length)
    body = encryptor.update(b"".join((inner, stored, padding)))
    return b"".join((header, body, encryptor.finalize()))


class BlobSealer:
    """Seals a big, uncompressed content piece by piece."""

    def __init__(
        self,
        dek: Dek,
        binding: BlobBinding,
        *,
        stored_length: int,
        suite: Suite = Suite.COBBLESTONE_256,
    ) -> None:
        header = _header(binding, suite, is_compressed=False)
        self._encryptor = _encryptor(dek, header, suite)
        self._expected = stored_length
        self._seen = 0
        self._ahead = header + self._encryptor.update(INNER.pack(stored_length, 0))

    def update(self, data: bytes) -> bytes:
        """Seal the next piece; the first output starts with the header."""
        self._seen += len(data)
        ahead, self._ahead = self._ahead, b""
        sealed: bytes = self._encryptor.update(data)
        return ahead + sealed if ahead else sealed

    def finish(self) -> Iterator[bytes]:
        """Yield padding and the last chunk; a wrong length is refused."""
        if self._seen != self._expected:
            raise IntegrityViolated(
                "the content is not as long as it was said to be",
                code="source.changed",
            )
        if self._ahead:
            yield self._ahead
        length = INNER_BYTES + self._expected
        left = padme(length) - length
        while left:
            size = min(left, PIECE_BYTES)
            yield self._encryptor.update(_ZEROS[:size])
            left -= size
        yield self._encryptor.finalize()


def open_blob(
    chunks: Iterable[bytes], dek: Dek, binding: BlobBinding
) -> Iterator[bytes]:
    """Yield a blob's content in bounded memory; raises where it is not genuine.

    Pieces are authentic as they come, but the end is proved only by the end:
    callers keep what they got to themselves until the iterator has finished.
    """
    source = iter(chunks)
    raw = at_least(source, HEADER_BYTES)
    header = parse_blob_header(raw)
    if header.binding != binding:
        raise cannot_open(WHAT)
    plain = _decrypted(source, raw, dek, header.suite)
    stored = StoredContent(
        is_compressed=header.is_compressed, is_padded=header.is_padded
    )
    pieces = stored.split(plain)
    yield from decompressed(pieces) if header.is_compressed else pieces


def blob_context(header: bytes) -> bytes:
    """Return the Cobblestone context that binds a header."""
    return labels.BLOB + labels.SEPARATOR + header


def blob_key(dek: Dek, suite: Suite) -> bytes:
    """Derive the content key of a suite from a DEK."""
    info = labels.BLOB_KEY + int(suite).to_bytes(2, "big")
    return expand(dek.raw, info, suite.key_bytes)


def _header(binding: BlobBinding, suite: Suite, *, is_compressed: bool) -> bytes:
    flags = FLAG_PADME | (FLAG_ZSTD if is_compressed else 0)
    return HEADER.pack(
        MAGIC,
        suite,
        flags,
        binding.version,
        binding.vault,
        binding.document,
        binding.blob,
    )


def _encryptor(
    dek: Dek, header: bytes, suite: Suite
) -> Cobblestone256Encryptor | Cobblestone128Encryptor:
    kind = (
        Cobblestone256Encryptor
        if suite is Suite.COBBLESTONE_256
        else Cobblestone128Encryptor
    )
    return kind(blob_key(dek, suite), blob_context(header))


def _decryptor(
    dek: Dek, header: bytes, suite: Suite
) -> Cobblestone256Decryptor | Cobblestone128Decryptor:
    kind = (
        Cobblestone256Decryptor
        if suite is Suite.COBBLESTONE_256
        else Cobblestone128Decryptor
    )
    return kind(blob_key(dek, suite), blob_context(header))


def _decrypted(
    source: Iterator[bytes], raw: bytes, dek: Dek, suite: Suite
) -> Iterator[bytes]:
    decryptor = _decryptor(dek, raw[:HEADER_BYTES], suite)
    try:
        yield decryptor.update(raw[HEADER_BYTES:])
        for piece in source:
            yield decryptor.update(piece)
        yield decryptor.finalize()
    except (InvalidTag, ValueError):
        raise cannot_open(WHAT) from None
