"""Random access to C2SP chunked encryption: any range without reading the rest.

Source: C2SP chunked-encryption. Commitment and last chunk are checked on open,
so a truncated file is refused before the first byte is handed out.
"""

import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledgervault.crypto import labels
from ledgervault.crypto.blob_contents import INNER, INNER_BYTES
from ledgervault.crypto.blobs import (
    HEADER_BYTES,
    BlobBinding,
    blob_context,
    blob_key,
    parse_blob_header,
)
from ledgervault.crypto.derivation import expand
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.padding import padme
from ledgervault.errors import UsageInvalid

SALT_BYTES = 24
COMMITMENT_BYTES = 32
NONCE_BYTES = 12
CHUNK_BYTES = 16384
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
PREFIX_BYTES = SALT_BYTES + COMMITMENT_BYTES
INFO_PREFIX = b"c2sp.org/chunked-encryption@v1+"
AEAD_NAMES = {16: b"AEAD_AES_128_GCM", 32: b"AEAD_AES_256_GCM"}  # IANA registry
_WHAT = "the stored content"

ReadAt = Callable[[int, int], bytes]  # offset, size -> exactly size bytes


class ChunkedReader:
    """Opens any range of one chunked-encryption ciphertext."""

    def __init__(
        self, read_at: ReadAt, length: int, key: bytes, context: bytes
    ) -> None:
        self._read_at = read_at
        body = length - PREFIX_BYTES
        if body < TAG_BYTES:
            raise cannot_open(_WHAT)
        self._last, rest = divmod(body, SEALED_CHUNK_BYTES)
        self._last_bytes = rest
        # The last chunk is always shorter than a full one and never tagless.
        if rest < TAG_BYTES:
            raise cannot_open(_WHAT)
        self._derive(key, context)
        self._cached = (self._last, self._open_chunk(self._last))
        self.size = self._last * CHUNK_BYTES + rest - TAG_BYTES

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` plaintext bytes from `offset`."""
        if offset < 0 or size < 0:
            raise UsageInvalid("a range begins at zero or later")
        end = min(self.size, offset + size)
        pieces = []
        while offset < end:
            index, start = divmod(offset, CHUNK_BYTES)
            piece = self._chunk(index)[start : start + end - offset]
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def _derive(self, key: bytes, context: bytes) -> None:
        prefix = self._read_at(0, PREFIX_BYTES)
        size = len(key)
        if size not in AEAD_NAMES:
            raise cannot_open(_WHAT)
        name = AEAD_NAMES[size]
        info = INFO_PREFIX + name + labels.SEPARATOR + prefix[:SALT_BYTES] + context
        okm = expand(key, info, size + NONCE_BYTES + COMMITMENT_BYTES)
        self._aead = AESGCM(okm[:size])
        self._base = int.from_bytes(okm[size : size + NONCE_BYTES], "big")
        if not hmac.compare_digest(okm[size + NONCE_BYTES :], prefix[SALT_BYTES:]):
            raise cannot_open(_WHAT)

    def _chunk(self, index: int) -> bytes:
        if self._cached[0] != index:
            self._cached = (index, self._open_chunk(index))
        return self._cached[1]

    def _open_chunk(self, index: int) -> bytes:
        size = self._last_bytes if index == self._last else SEALED_CHUNK_BYTES
        offset = PREFIX_BYTES + index * SEALED_CHUNK_BYTES
        nonce = (self._base ^ index).to_bytes(NONCE_BYTES, "big")
        try:
            return self._aead.decrypt(nonce, self._read_at(offset, size), None)
        except InvalidTag:
            raise cannot_open(_WHAT) from None


class BlobReader:
    """Opens any range of an uncompressed blob's content."""

    def __init__(
        self, read_at: ReadAt, length: int, dek: Dek, binding: BlobBinding
    ) -> None:
        raw = read_at(0, HEADER_BYTES)
        header = parse_blob_header(raw)
        if header.binding != binding:
            raise cannot_open(_WHAT)
        if header.is_compressed:
            raise UsageInvalid(
                "a compressed content is read from its beginning",
                code="blob.compressed",
            )
        self._chunks = ChunkedReader(
            lambda offset, size: read_at(HEADER_BYTES + offset, size),
            length - HEADER_BYTES,
            blob_key(dek, header.suite),
            blob_context(raw),
        )
        self.size = self._content_size(is_padded=header.is_padded)

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` content bytes from `offset`."""
        if offset < 0 or size < 0:
            raise UsageInvalid("a range begins at zero or later")
        end = min(self.size, offset + size)
        return self._chunks.read(INNER_BYTES + offset, max(0, end - offset))

    def _content_size(self, *, is_padded: bool) -> int:
        inner = self._chunks.read(0, INNER_BYTES)
        if len(inner) < INNER_BYTES:
            raise cannot_open(_WHAT)
        length, compression = INNER.unpack(inner)
        total = INNER_BYTES + length
        expected = padme(total) if is_padded else total
        if compression or any(inner[9:]) or expected != self._chunks.size:
            raise cannot_open(_WHAT)
        return int(length)
