"""Blob records: 64-byte header, then Cobblestone over length, content, padding.

Layout and derivation: docs/design/formats.md, "Blob". Streaming both ways in
bounded memory; small contents are sealed in one call.
"""

import dataclasses
import struct
import threading
from collections.abc import Iterable, Iterator
from typing import IO, cast

import zstandard
from cryptography.cobblestone import (
    Cobblestone128Decryptor,
    Cobblestone128Encryptor,
    Cobblestone256Decryptor,
    Cobblestone256Encryptor,
)
from cryptography.exceptions import InvalidTag

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import expand
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.padding import padme
from ledgervault.crypto.suites import Suite, require_suite
from ledgervault.errors import IntegrityViolated

MAGIC = b"LVBLOB\0\1"
HEADER = struct.Struct(">8sHHI16s16s16s")
HEADER_BYTES = 64
INNER = struct.Struct(">QB7x")
INNER_BYTES = 16
FLAG_ZSTD = 1
FLAG_PADME = 2
ZSTD_LEVEL = 1
KEPT_IF_UNDER = 0.95  # of the original size, else not worth a decompression
PIECE_BYTES = 1 << 20
_ZEROS = bytes(PIECE_BYTES)
_WHAT = "the stored content"
_local = threading.local()


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
        raise cannot_open(_WHAT)
    magic, suite, flags, version, vault, document, blob = HEADER.unpack_from(record)
    if magic != MAGIC or flags & ~(FLAG_ZSTD | FLAG_PADME):
        raise cannot_open(_WHAT)
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
    stored, is_compressed = _compressed(content) if may_compress else (content, False)
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
    raw = _at_least(source, HEADER_BYTES)
    header = parse_blob_header(raw)
    if header.binding != binding:
        raise cannot_open(_WHAT)
    plain = _decrypted(source, raw, dek, header.suite)
    stored = _Stored(header)
    pieces = stored.split(plain)
    yield from _decompressed(pieces) if header.is_compressed else pieces


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


def _compressed(content: bytes) -> tuple[bytes, bool]:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(
            level=ZSTD_LEVEL, write_content_size=True
        )
    packed: bytes = _local.compressor.compress(content)
    if len(packed) < len(content) * KEPT_IF_UNDER:
        return packed, True
    return content, False


def _at_least(source: Iterator[bytes], size: int) -> bytes:
    raw = b""
    while len(raw) < size:
        piece = next(source, None)
        if piece is None:
            raise cannot_open(_WHAT)
        raw += piece
    return raw


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
        raise cannot_open(_WHAT) from None


class _Stored:
    """Splits the plaintext into stored content and padding, and checks both."""

    def __init__(self, header: BlobHeader) -> None:
        self._header = header
        self.length = 0

    def split(self, plain: Iterator[bytes]) -> Iterator[bytes]:
        raw = _at_least(plain, INNER_BYTES)
        self.length = self._parse_inner(raw)
        left = self.length
        rest = raw[INNER_BYTES:]
        total = INNER_BYTES
        while True:
            total += len(rest)
            content, padding = rest[:left], rest[left:]
            left -= len(content)
            if padding.count(0) != len(padding):
                raise cannot_open(_WHAT)
            if content:
                yield content
            following = next(plain, None)
            if following is None:
                break
            rest = following
        self._verify_end(left, total)

    def _parse_inner(self, raw: bytes) -> int:
        length, compression = INNER.unpack_from(raw)
        if any(raw[9:16]) or compression != int(self._header.is_compressed):
            raise cannot_open(_WHAT)
        return int(length)

    def _verify_end(self, left: int, total: int) -> None:
        inner = INNER_BYTES + self.length
        expected = padme(inner) if self._header.is_padded else inner
        if left or total != expected:
            raise cannot_open(_WHAT)


def _decompressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    source = _Source(first, pieces)
    try:
        declared = zstandard.frame_content_size(first)
        reader = zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", source))
        total = 0
        while plain := reader.read(PIECE_BYTES):
            total += len(plain)
            if total > declared:
                raise cannot_open(_WHAT)
            yield plain
    except zstandard.ZstdError:
        raise cannot_open(_WHAT) from None
    # What follows the frame, and the padding, must still be looked at.
    if total != declared or source.read(1):
        raise cannot_open(_WHAT)


class _Source:
    """Pieces as the readable file that the decompressor expects."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._left = first
        self._rest = rest

    def read(self, size: int) -> bytes:
        while not self._left:
            piece = next(self._rest, None)
            if piece is None:
                return b""
            self._left = piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken
