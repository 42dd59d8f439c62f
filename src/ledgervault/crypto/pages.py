"""Ring pages: the key trees of one client's folders, sealed under an anchor.

Layout: docs/design/formats.md, "Ring page". Opening one needs the vault's ring
key and the anchor of its epoch; destroying the anchor closes it for ever.
"""

import secrets
import struct
from collections.abc import Iterator, Sequence

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import Committed, derive_committed, extract
from ledgervault.crypto.ggm import DEPTH, FolderKeys, Node
from ledgervault.crypto.keys import Anchor, RingKey
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.suites import Suite, require_suite
from ledgervault.errors import IntegrityViolated

MAGIC = b"LVRING\0\1"
HEADER = struct.Struct(">8sH2xI16s16sI")
HEADER_BYTES = 52
SALT_BYTES = 24
FOLDER = struct.Struct(">8sBBI")
NODE = struct.Struct(">BI32s")
_WHAT = "a ring page"


def seal_page(
    folders: Sequence[FolderKeys],
    *,
    anchor: Anchor,
    ring_key: RingKey,
    vault: bytes,
    client: bytes,
    epoch: int,
) -> bytes:
    """Seal the key trees of a client's folders, sorted by folder id."""
    body = b"".join(_serialise(keys) for keys in _sorted(folders))
    header = HEADER.pack(MAGIC, Suite.COBBLESTONE_256, epoch, vault, client, len(body))
    salt = secrets.token_bytes(SALT_BYTES)
    return header + salt + _derive(anchor, ring_key, salt, header).seal(body, header)


def open_page(
    record: bytes,
    *,
    anchor: Anchor,
    ring_key: RingKey,
    vault: bytes,
    client: bytes,
    epoch: int,
) -> tuple[FolderKeys, ...]:
    """Open a page of exactly this vault, client and epoch; refuse any other."""
    if parse_page_epoch(record) != epoch:
        raise cannot_open(_WHAT)
    header = record[:HEADER_BYTES]
    _magic, _suite, _epoch, in_vault, in_client, length = HEADER.unpack(header)
    if (in_vault, in_client) != (vault, client):
        raise cannot_open(_WHAT)
    salt = record[HEADER_BYTES : HEADER_BYTES + SALT_BYTES]
    derived = _derive(anchor, ring_key, salt, header)
    body = derived.open(record[HEADER_BYTES + SALT_BYTES :], _WHAT, header)
    if len(body) != length:
        raise cannot_open(_WHAT)
    folders = tuple(_parse(body))
    if list(folders) != _sorted(folders):
        raise IntegrityViolated("a ring page is not in order", code="ring.canonical")
    return folders


def parse_page_epoch(record: bytes) -> int:
    """Return the epoch a page belongs to; refuse what is no page."""
    if len(record) < HEADER_BYTES + SALT_BYTES:
        raise cannot_open(_WHAT)
    magic, suite, epoch, *_rest = HEADER.unpack_from(record)
    if magic != MAGIC or any(record[10:12]):
        raise cannot_open(_WHAT)
    require_suite(suite)
    return int(epoch)


def _derive(anchor: Anchor, ring_key: RingKey, salt: bytes, header: bytes) -> Committed:
    info = labels.RING + labels.SEPARATOR + salt + header
    return derive_committed(extract(anchor.raw, ring_key.raw), info)


def _sorted(folders: Sequence[FolderKeys]) -> list[FolderKeys]:
    ordered = sorted(folders, key=lambda keys: keys.folder)
    if len({keys.folder for keys in ordered}) != len(ordered):
        raise IntegrityViolated("a folder stands twice", code="ring.canonical")
    return ordered


def _serialise(keys: FolderKeys) -> bytes:
    head = FOLDER.pack(keys.folder, keys.state, DEPTH, len(keys.nodes))
    nodes = (NODE.pack(node.depth, node.prefix, node.seed) for node in keys.nodes)
    return head + b"".join(nodes)


def _parse(body: bytes) -> Iterator[FolderKeys]:
    offset = 0
    while offset < len(body):
        if len(body) - offset < FOLDER.size:
            raise cannot_open(_WHAT)
        folder, state, depth, count = FOLDER.unpack_from(body, offset)
        offset += FOLDER.size
        end = offset + count * NODE.size
        if depth != DEPTH or end > len(body):
            raise cannot_open(_WHAT)
        nodes = tuple(Node(*fields) for fields in NODE.iter_unpack(body[offset:end]))
        yield FolderKeys(folder, state, nodes)
        offset = end
