import struct

import pytest
from cryptography.cobblestone import Cobblestone256Encryptor

from ledgervault.crypto.blobs import (
    BlobBinding,
    blob_context,
    blob_key,
    seal_blob,
)
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.reader import BlobReader, ChunkedReader
from ledgervault.crypto.suites import Suite
from ledgervault.errors import IntegrityViolated, UsageInvalid

V = b"v" * 16
BINDING = BlobBinding(V, V, 1, V)
DEK = Dek(b"d" * 32)
KEY, CONTEXT = b"k" * 32, b"context"
CHUNK = 16_384


def chunked(plain, key=KEY):
    recipe = Cobblestone256Encryptor(key, CONTEXT)
    return recipe.update(plain) + recipe.finalize()


def reader(record, *, key=KEY, context=CONTEXT, asked=None):
    def read_at(offset, size):
        if asked is not None:
            asked.append(offset)
        return record[offset : offset + size]

    return ChunkedReader(read_at, len(record), key, context)


def blob_reader(record, dek=DEK):
    return BlobReader(
        lambda offset, size: record[offset : offset + size], len(record), dek, BINDING
    )


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_any_range_is_read(size):
    plain = bytes(n * n % 251 for n in range(size))
    opened = reader(chunked(plain))
    assert opened.size == size
    for start in (0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 5, size, size + 9):
        for count in (0, 1, CHUNK + 2, size + 1):
            assert opened.read(start, count) == plain[start : start + count]


def test_a_range_reads_its_chunks_and_no_others():
    asked = []
    opened = reader(chunked(bytes(5 * CHUNK)), asked=asked)
    asked.clear()
    opened.read(3 * CHUNK + 1, 10)
    opened.read(3 * CHUNK + 100, 10)
    assert asked == [24 + 32 + 3 * (CHUNK + 16)]


def test_a_range_begins_at_zero_or_later():
    opened = reader(chunked(b"paper"))
    for start, count in ((-1, 1), (0, -1)):
        with pytest.raises(UsageInvalid):
            opened.read(start, count)
        with pytest.raises(UsageInvalid):
            blob_reader(seal_blob(b"paper", DEK, BINDING)).read(start, count)


def test_a_truncated_ciphertext_is_refused_on_open():
    record = chunked(bytes(2 * CHUNK + 100))
    for length in (
        0,
        55,
        56,
        71,
        72,
        56 + CHUNK + 16,
        56 + 2 * (CHUNK + 16),
        len(record) - 1,
    ):
        with pytest.raises(IntegrityViolated):
            reader(record[:length])
    with pytest.raises(IntegrityViolated):
        reader(record + b"x")


def test_another_key_context_or_key_size_is_refused_on_open():
    record = chunked(b"paper")
    for key, context in (
        (b"K" * 32, CONTEXT),
        (KEY, b"other"),
        (KEY[:16], CONTEXT),
        (KEY[:24], CONTEXT),
    ):
        with pytest.raises(IntegrityViolated):
            reader(record, key=key, context=context)


def test_a_damaged_chunk_is_refused_when_it_is_read():
    record = bytearray(chunked(bytes(3 * CHUNK)))
    record[56 + CHUNK + 16 + 5] ^= 1
    opened = reader(bytes(record))
    assert opened.read(0, CHUNK) == bytes(CHUNK)
    with pytest.raises(IntegrityViolated):
        opened.read(CHUNK - 1, 2)


def test_a_store_that_answers_short_is_refused():
    record = chunked(bytes(CHUNK))
    with pytest.raises(IntegrityViolated):
        ChunkedReader(
            lambda offset, size: record[offset : offset + size - 1],
            len(record),
            KEY,
            CONTEXT,
        )
    with pytest.raises(IntegrityViolated):
        BlobReader(lambda _offset, _size: b"", 500, DEK, BINDING)


@pytest.mark.parametrize("suite", list(Suite))
def test_a_blob_is_read_in_ranges_without_its_padding(suite):
    content = bytes(n * n % 251 for n in range(40_001))
    record = seal_blob(content, DEK, BINDING, suite=suite, may_compress=False)
    opened = blob_reader(record)
    assert opened.size == len(content)
    for start, count in (
        (0, 50_000),
        (39_999, 500),
        (40_001, 5),
        (90_000, 5),
        (16_368, 1),
    ):
        assert opened.read(start, count) == content[start : start + count]


@pytest.mark.parametrize(
    ("plain", "flags"),
    [
        (struct.pack(">Q", 0), 0),
        (struct.pack(">QB7x", 6, 0) + b"paper", 0),
        (struct.pack(">QB7x", 5, 0) + b"paper" + b"\0", 0),
        (struct.pack(">QB7x", 5, 0) + b"paper" + bytes(4), 2),
        (struct.pack(">QB7x", 5, 1) + b"paper", 0),
        (struct.pack(">QB", 5, 0) + b"\0\0\0\0\0\0\1" + b"paper", 0),
    ],
)
def test_a_blob_of_another_inner_form_is_refused_on_open(plain, flags):
    head = struct.pack(">8sHHI", b"LVBLOB\0\1", 1, flags, 1) + V * 3
    recipe = Cobblestone256Encryptor(blob_key(DEK, Suite(1)), blob_context(head))
    with pytest.raises(IntegrityViolated):
        blob_reader(head + recipe.update(plain) + recipe.finalize())


def test_an_unpadded_blob_is_read():
    head = struct.pack(">8sHHI", b"LVBLOB\0\1", 1, 0, 1) + V * 3
    recipe = Cobblestone256Encryptor(blob_key(DEK, Suite(1)), blob_context(head))
    plain = struct.pack(">QB7x", 5, 0) + b"paper"
    assert (
        blob_reader(head + recipe.update(plain) + recipe.finalize()).read(1, 3)
        == b"ape"
    )
