"""What is inside a blob's encryption: lengths, zstd, padding.

Everything here has been authenticated; it is checked all the same, because a
writer may be faulty and a frame may ask for more than it says.
"""

import struct
import threading
from collections.abc import Iterator
from typing import IO, cast

import zstandard

from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.padding import padme

INNER = struct.Struct(">QB7x")
INNER_BYTES = 16
ZSTD_LEVEL = 1
KEPT_IF_UNDER = 0.95  # of the original size, else not worth a decompression
PIECE_BYTES = 1 << 20
WHAT = "the stored content"
_local = threading.local()


def compress(content: bytes) -> tuple[bytes, bool]:
    """Return what is stored of a content, and whether zstd made it smaller."""
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(
            level=ZSTD_LEVEL, write_content_size=True
        )
    packed: bytes = _local.compressor.compress(content)
    if len(packed) < len(content) * KEPT_IF_UNDER:
        return packed, True
    return content, False


def at_least(source: Iterator[bytes], size: int) -> bytes:
    """Return pieces of a source joined up to `size` bytes or more."""
    raw = b""
    while len(raw) < size:
        piece = next(source, None)
        if piece is None:
            raise cannot_open(WHAT)
        raw += piece
    return raw


class StoredContent:
    """Splits the plaintext into stored content and padding, and checks both."""

    def __init__(self, *, is_compressed: bool, is_padded: bool) -> None:
        self._is_compressed = is_compressed
        self._is_padded = is_padded
        self.length = 0

    def split(self, plain: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the stored content; raise at the end if anything is amiss."""
        raw = at_least(plain, INNER_BYTES)
        self.length = self._parse_inner(raw)
        left = self.length
        rest = raw[INNER_BYTES:]
        total = INNER_BYTES
        while True:
            total += len(rest)
            content, padding = rest[:left], rest[left:]
            left -= len(content)
            if padding.count(0) != len(padding):
                raise cannot_open(WHAT)
            if content:
                yield content
            following = next(plain, None)
            if following is None:
                break
            rest = following
        self._verify_end(left, total)

    def _parse_inner(self, raw: bytes) -> int:
        length, compression = INNER.unpack_from(raw)
        if any(raw[9:16]) or compression != int(self._is_compressed):
            raise cannot_open(WHAT)
        return int(length)

    def _verify_end(self, left: int, total: int) -> None:
        inner = INNER_BYTES + self.length
        expected = padme(inner) if self._is_padded else inner
        if left or total != expected:
            raise cannot_open(WHAT)


def decompressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a frame's content in bounded pieces, never more than it declares."""
    first = next(pieces, b"")
    source = _Source(first, pieces)
    try:
        declared = zstandard.frame_content_size(first)
        reader = zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", source))
        total = 0
        while plain := reader.read(PIECE_BYTES):
            total += len(plain)
            if total > declared:
                raise cannot_open(WHAT)
            yield plain
    except zstandard.ZstdError:
        raise cannot_open(WHAT) from None
    # What follows the frame, and the padding, must still be looked at.
    if total != declared or source.read(1):
        raise cannot_open(WHAT)


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
