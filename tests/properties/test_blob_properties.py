import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.crypto.blobs import BlobBinding, BlobSealer, open_blob, seal_blob
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.padding import padme
from ledgervault.crypto.reader import BlobReader
from ledgervault.crypto.suites import Suite
from ledgervault.errors import IntegrityViolated

V = b"v" * 16
BINDING = BlobBinding(V, V, 1, V)
DEK = Dek(b"d" * 32)
CHUNK = 16_384
SUITES = st.sampled_from(list(Suite))
SIZES = st.one_of(
    st.integers(0, 300),
    st.builds(lambda n, d: n * CHUNK - 16 + d, st.integers(1, 3), st.integers(-2, 2)),
)
CONTENTS = st.one_of(
    st.binary(max_size=2000),
    st.builds(lambda part, n: part * n, st.binary(min_size=1, max_size=40), SIZES),
)
SEALED = seal_blob(bytes(range(251)) * 140, DEK, BINDING, may_compress=False)


def opened(record):
    return b"".join(open_blob([record], DEK, BINDING))


def chunked_size(plain):
    return 64 + 24 + 32 + plain + 16 * (plain // CHUNK + 1)


@settings(deadline=None, max_examples=150)
@given(CONTENTS, SUITES, st.booleans(), st.integers(1, 40_000))
def test_a_blob_comes_back_however_it_is_cut(content, suite, may_compress, piece):
    record = seal_blob(content, DEK, BINDING, suite=suite, may_compress=may_compress)
    pieces = [record[at : at + piece] for at in range(0, len(record), piece)]
    assert b"".join(open_blob(pieces, DEK, BINDING)) == content


@settings(deadline=None, max_examples=60)
@given(SIZES, SUITES, st.lists(st.integers(0, 60_000), max_size=5))
def test_a_streamed_blob_comes_back_however_it_was_fed(size, suite, cuts):
    content = bytes(n % 251 for n in range(size))
    sealer = BlobSealer(DEK, BINDING, stored_length=size, suite=suite)
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    fed = [
        sealer.update(content[start:end]) for start, end in itertools.pairwise(edges)
    ]
    assert opened(b"".join([*fed, *sealer.finish()])) == content


@settings(deadline=None, max_examples=100)
@given(SIZES)
def test_a_blob_has_the_size_of_its_padded_content(size):
    record = seal_blob(bytes(size), DEK, BINDING, may_compress=False)
    assert len(record) == chunked_size(padme(16 + size))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**64), st.integers(0, 2**64))
def test_padded_sizes_keep_order_and_grow_by_an_eighth_at_most(one, other):
    assert one <= padme(one) <= one + one // 8 + 1
    assert padme(padme(one)) == padme(one)
    low, high = sorted((one, other))
    assert padme(low) <= padme(high)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(at, change):
    bad = SEALED[:at] + bytes([SEALED[at] ^ change]) + SEALED[at + 1 :]
    with pytest.raises(IntegrityViolated):
        opened(bad)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(SEALED) - 1))
def test_any_truncation_is_refused(length):
    with pytest.raises(IntegrityViolated):
        opened(SEALED[:length])
    with pytest.raises(IntegrityViolated):
        BlobReader(lambda at, n: SEALED[:length][at : at + n], length, DEK, BINDING)


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(
        st.binary(min_size=1, max_size=100), st.just(SEALED), st.just(bytes(16_400))
    )
)
def test_any_extension_is_refused(more):
    with pytest.raises(IntegrityViolated):
        opened(SEALED + more)
    longer = SEALED + more
    with pytest.raises(IntegrityViolated):
        BlobReader(lambda at, n: longer[at : at + n], len(longer), DEK, BINDING)


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(3)))
def test_chunks_in_another_order_are_refused(order):
    chunks = [SEALED[120 + 16_400 * n :][:16_400] for n in range(3)]
    moved = SEALED[:120] + b"".join(chunks[n] for n in order)
    if moved == SEALED:
        assert opened(moved)
        return
    with pytest.raises(IntegrityViolated):
        opened(moved)


@settings(deadline=None, max_examples=60)
@given(st.tuples(*[st.sampled_from([V, b"w" * 16])] * 3), st.integers(1, 2))
def test_a_blob_opens_in_its_place_alone(ids, version):
    vault, document, blob = ids
    place = BlobBinding(vault, document, version, blob)
    if place == BINDING:
        assert b"".join(open_blob([SEALED], DEK, place))
        return
    with pytest.raises(IntegrityViolated):
        b"".join(open_blob([SEALED], DEK, place))


@settings(deadline=None, max_examples=100)
@given(SIZES, st.integers(0, 70_000), st.integers(0, 70_000))
def test_any_range_is_that_part_of_the_content(size, start, count):
    content = bytes(n % 251 for n in range(size))
    record = seal_blob(content, DEK, BINDING, may_compress=False)
    reader = BlobReader(lambda at, n: record[at : at + n], len(record), DEK, BINDING)
    assert reader.size == size
    assert reader.read(start, count) == content[start : start + count]


@settings(deadline=None, max_examples=40)
@given(CONTENTS)
def test_the_header_says_how_it_is_sealed_and_nothing_of_the_content(content):
    record = seal_blob(content, DEK, BINDING)
    magic, suite, flags, version = struct.unpack_from(">8sHHI", record)
    assert (magic, suite, flags & 2, version) == (b"LVBLOB\0\1", 1, 2, 1)
    assert record[16:64] == V * 3
