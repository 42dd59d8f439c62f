"""HEAD: the signed statement of which pages are the live ring.

Layout: docs/design/formats.md, "HEAD".
"""

import dataclasses
import hashlib
import struct
from collections.abc import Mapping

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.crypto.suites import Suite, require_suite

MAGIC = b"LVHEAD\0\1"
HEADER = struct.Struct(">8sH2xI16s16sQI32s")
ENTRY = struct.Struct(">16s32s")
SIGNATURE_BYTES = 64
_WHAT = "the ring's HEAD"


@dataclasses.dataclass(frozen=True, slots=True)
class RingHead:
    """The live epoch, who set it, and the hash of every client's page."""

    epoch: int
    vault: bytes
    signer: bytes
    log_size: int
    pages: Mapping[bytes, bytes]

    @property
    def root(self) -> bytes:
        """Return the Merkle root over the sorted entries (RFC 6962, 2.1)."""
        entries = [client + self.pages[client] for client in sorted(self.pages)]
        return _root([hashlib.sha256(b"\0" + entry).digest() for entry in entries])


def sign_head(head: RingHead, identity: Identity) -> bytes:
    """Write and sign HEAD."""
    unsigned = HEADER.pack(
        MAGIC,
        Suite.COBBLESTONE_256,
        head.epoch,
        head.vault,
        head.signer,
        head.log_size,
        len(head.pages),
        head.root,
    ) + b"".join(
        ENTRY.pack(client, head.pages[client]) for client in sorted(head.pages)
    )
    return unsigned + sign_labelled(identity, labels.RING_HEAD, unsigned)


def parse_head(record: bytes) -> RingHead:
    """Parse HEAD without checking its signature; refuse any other form."""
    if len(record) < HEADER.size + SIGNATURE_BYTES:
        raise cannot_open(_WHAT)
    magic, suite, epoch, vault, signer, log_size, count, root = HEADER.unpack_from(
        record
    )
    body = record[HEADER.size : -SIGNATURE_BYTES]
    if magic != MAGIC or any(record[10:12]) or len(body) != count * ENTRY.size:
        raise cannot_open(_WHAT)
    require_suite(suite)
    entries = list(ENTRY.iter_unpack(body))
    head = RingHead(epoch, vault, signer, log_size, dict(entries))
    if sorted(head.pages) != [client for client, _sha in entries] or head.root != root:
        raise cannot_open(_WHAT)
    return head


def verify_head(record: bytes, *, vault: bytes, signer_public: bytes) -> RingHead:
    """Check HEAD's signature and vault; return what it states."""
    head = parse_head(record)
    if head.vault != vault:
        raise cannot_open(_WHAT)
    unsigned, signature = record[:-SIGNATURE_BYTES], record[-SIGNATURE_BYTES:]
    verify_labelled(signer_public, labels.RING_HEAD, unsigned, signature)
    return head


def _root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256().digest()
    while len(hashes) > 1:
        # An odd node is carried up: the same tree as splitting at powers of two.
        paired = [
            hashlib.sha256(b"\1" + left + right).digest()
            for left, right in zip(hashes[::2], hashes[1::2], strict=False)
        ]
        hashes = paired + hashes[len(paired) * 2 :]
    return hashes[0]
