"""Nonsense under the right keys: a writer may be faulty, a reader must not be."""

import struct

import zstandard
from cryptography.cobblestone import Cobblestone256Encryptor
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.crypto import keys
from ledgervault.crypto.blobs import (
    MAGIC,
    BlobBinding,
    blob_context,
    blob_key,
    open_blob,
)
from ledgervault.crypto.derivation import derive_committed, extract
from ledgervault.crypto.ggm import FolderKeys
from ledgervault.crypto.heads import RingHead, parse_head
from ledgervault.crypto.pages import open_page
from ledgervault.crypto.reader import BlobReader
from ledgervault.crypto.suites import Suite
from ledgervault.errors import LedgerVaultError

V = b"v" * 16
DEK, ANCHOR, RING = keys.Dek(V * 2), keys.Anchor(V * 2), keys.RingKey(V * 2)
BINDING = BlobBinding(V, V, 1, V)
PAPER = b"voucher 4711\n" * 2000


def sealed(plain, flags):
    head = struct.pack(">8sHHI", MAGIC, 1, flags, 1) + V * 3
    key = blob_key(DEK, Suite.COBBLESTONE_256)
    recipe = Cobblestone256Encryptor(key, blob_context(head))
    return head + recipe.update(plain) + recipe.finalize()


def opened(raw):
    return b"".join(open_blob([raw], DEK, BINDING))


def read_range(raw):
    reader = BlobReader(lambda at, n: raw[at : at + n], len(raw), DEK, BINDING)
    return reader.read(0, reader.size)


def page(raw):
    return open_page(raw, anchor=ANCHOR, ring_key=RING, vault=V, client=V, epoch=1)


def attempt(decode, raw):
    """Return what a decoder makes of bytes; None where it refuses in its own words."""
    try:
        return decode(raw)
    except LedgerVaultError:
        return None


def damaged(data, record):
    at = data.draw(st.integers(0, len(record) - 1))
    flipped = record[at] ^ data.draw(st.integers(1, 255))
    forms = (
        record[:at] + bytes([flipped]) + record[at + 1 :],
        record[:at],
        record + data.draw(st.binary(min_size=1, max_size=40)),
        record + record,
    )
    return data.draw(st.sampled_from(forms))


@settings(deadline=None, max_examples=250)
@given(
    st.integers(0, 3),
    st.one_of(st.integers(0, 300), st.integers(0, 2**64 - 1)),
    st.integers(0, 3),
    st.binary(max_size=300),
)
def test_sealed_nonsense_in_a_blob_is_refused_or_read_as_it_says(
    flags, length, compression, stored
):
    record = sealed(struct.pack(">QB7x", length, compression) + stored, flags)
    found = attempt(opened, record)
    assert found is None or flags & 1 or found == stored[:length]
    # A range is read without a look at the padding, which reading the whole refuses.
    assert attempt(read_range, record) in {None, stored[:length]}


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_sealed_but_damaged_frame_gives_its_stated_size_or_nothing(data):
    frame = damaged(data, zstandard.ZstdCompressor(level=1).compress(PAPER))
    record = sealed(struct.pack(">QB7x", len(frame), 1) + frame, 1)
    found = attempt(opened, record)
    assert found is None or len(found) == zstandard.frame_content_size(frame)


@settings(deadline=None, max_examples=250)
@given(
    st.lists(
        st.tuples(
            st.binary(min_size=8, max_size=8),
            st.integers(0, 4),
            st.sampled_from([15, 16, 16, 16, 17]),
            st.integers(0, 3),
            st.lists(st.tuples(st.integers(0, 17), st.integers(0, 70_000)), max_size=4),
        ),
        max_size=4,
    ),
    st.binary(max_size=20),
)
def test_a_sealed_page_is_canonical_or_refused(folders, tail):
    body = b"".join(
        struct.pack(">8sBBI", name, state, depth, count)
        + b"".join(struct.pack(">BI32s", *node, b"s" * 32) for node in nodes)
        for name, state, depth, count, nodes in folders
    )
    body += tail
    header = struct.pack(">8sH2xI16s16sI", b"LVRING\0\1", 1, 1, V, V, len(body))
    salt = b"t" * 24
    info = b"ledgervault/ring/v1\0" + salt + header
    derived = derive_committed(extract(ANCHOR.raw, RING.raw), info)
    found = attempt(page, header + salt + derived.seal(body, header))
    if found is None:
        return
    names = [one.folder for one in found]
    assert names == sorted(set(names))
    for one in found:
        assert one == one.puncture([]) == FolderKeys(one.folder, one.state, one.nodes)
        assert all(node.depth <= 16 for node in one.nodes)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from([V, bytes(16), b"w" * 16]), st.just(b"h" * 32)),
        max_size=4,
    ),
    st.integers(0, 5),
    st.binary(max_size=3),
)
def test_a_head_lists_each_client_once_in_order_or_is_refused(entries, count, tail):
    body = b"".join(client + sha256 for client, sha256 in entries)
    fixed = struct.pack(">8sH2xI16s16sQI", b"LVHEAD\0\1", 1, 1, V, V, 9, count)
    pages = dict(entries)
    root = RingHead(1, V, V, 9, pages).root
    found = attempt(parse_head, fixed + root + body + tail + bytes(64))
    is_canonical = [client for client, _ in entries] == sorted(pages)
    assert (found is not None) == (is_canonical and count == len(entries) and not tail)
