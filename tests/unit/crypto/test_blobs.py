import struct

import pytest
import zstandard
from cryptography.cobblestone import Cobblestone256Encryptor

from ledgervault.crypto.blobs import (
    BlobBinding,
    BlobSealer,
    blob_context,
    blob_key,
    open_blob,
    parse_blob_header,
    seal_blob,
)
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.padding import padme
from ledgervault.crypto.suites import Suite
from ledgervault.errors import IntegrityViolated

VAULT, DOCUMENT, BLOB = (bytes([n]) * 16 for n in (1, 2, 3))
BINDING = BlobBinding(VAULT, DOCUMENT, 1, BLOB)
DEK = Dek(b"d" * 32)
ZSTD, PADDED = 1, 2
PAPER = b"voucher 4711\n" * 5000


def header(flags, *, magic=b"LVBLOB\0\1", suite=1):
    return struct.pack(">8sHHI", magic, suite, flags, 1) + VAULT + DOCUMENT + BLOB


def sealed(plain, flags):
    head = header(flags)
    key = blob_key(DEK, Suite.COBBLESTONE_256)
    recipe = Cobblestone256Encryptor(key, blob_context(head))
    return head + recipe.update(plain) + recipe.finalize()


def inner(stored, *, length=None, compression=0, zeros=bytes(7)):
    stated = len(stored) if length is None else length
    return struct.pack(">QB", stated, compression) + zeros + stored


def padded(plain):
    return plain + bytes(padme(len(plain)) - len(plain))


def opened(record, piece=7000):
    pieces = [record[at : at + piece] for at in range(0, len(record), piece)]
    return b"".join(open_blob(pieces, DEK, BINDING))


def frame(content, **options):
    return zstandard.ZstdCompressor(level=1, **options).compress(content)


def compressed(stored, **fields):
    return sealed(padded(inner(stored, compression=1, **fields)), ZSTD | PADDED)


@pytest.mark.parametrize("piece", [1, 63, 64, 120, 16_400, 1 << 20])
def test_a_blob_may_come_in_pieces_of_any_size(piece):
    content = bytes(range(256)) * 100
    record = seal_blob(content, DEK, BINDING, may_compress=False)
    assert opened(record, piece) == content


def test_what_other_writers_may_leave_out_is_read():
    assert opened(sealed(inner(b"paper"), 0)) == b"paper"
    assert opened(sealed(padded(inner(b"paper")), PADDED)) == b"paper"
    assert opened(compressed(frame(PAPER))) == PAPER


@pytest.mark.parametrize(
    "record",
    [
        header(4),
        header(0x8000),
        header(0, magic=b"LVBLOB\0\2"),
        header(0, suite=0),
        header(0, suite=3),
        header(0, suite=4),
        header(0)[:63],
        b"",
    ],
)
def test_a_header_of_another_form_is_refused(record):
    with pytest.raises(IntegrityViolated):
        parse_blob_header(record)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        inner(b"paper")[:15],
        inner(b"paper", length=6),
        inner(b"paper", length=4),
        inner(b"paper", length=2**64 - 1),
        inner(b"paper", compression=1),
        inner(b"paper", compression=2),
        inner(b"paper", zeros=b"\0\0\0\1\0\0\0"),
        inner(b"paper") + b"\0",
    ],
)
def test_an_inner_form_that_is_not_the_one_is_refused(plain):
    with pytest.raises(IntegrityViolated):
        opened(sealed(plain, 0))


@pytest.mark.parametrize("size", [5, 20_000])
def test_padding_is_zero_and_of_the_stated_size(size):
    plain = padded(inner(b"p" * size))
    assert len(plain) > 16 + size
    for bad in (plain[:-1] + b"\1", plain + b"\0", plain[:-1]):
        with pytest.raises(IntegrityViolated):
            opened(sealed(bad, PADDED))


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"no frame at all",
        frame(PAPER)[:-1],
        frame(PAPER)[:3],
        frame(PAPER) + b"\0",
        frame(PAPER) + frame(PAPER),
        frame(PAPER, write_content_size=False),
    ],
)
def test_a_compressed_content_is_one_whole_frame_of_stated_size(stored):
    with pytest.raises(IntegrityViolated):
        opened(compressed(stored))


def test_a_frame_that_holds_more_than_it_says_is_refused():
    honest = frame(PAPER, write_checksum=False)
    size_at = honest.index(struct.pack("<H", len(PAPER) - 256))
    lying = honest[:size_at] + struct.pack("<H", 44) + honest[size_at + 2 :]
    assert zstandard.frame_content_size(lying) == 300
    with pytest.raises(IntegrityViolated):
        opened(compressed(lying))


def test_what_follows_a_long_frame_is_looked_at():
    digits = b"".join(b"%d" % (n * n * n) for n in range(60_000))
    stored = frame(digits)
    assert len(stored) > 150_000
    assert opened(compressed(stored)) == digits
    with pytest.raises(IntegrityViolated):
        opened(compressed(stored + b"\1" * 40_000))
    damaged = bytearray(compressed(stored))
    damaged[-20_000] ^= 1
    with pytest.raises(IntegrityViolated):
        opened(bytes(damaged))


def test_compression_is_kept_only_where_it_saves_five_percent():
    assert parse_blob_header(seal_blob(PAPER, DEK, BINDING)).is_compressed
    noise = frame(bytes(n * n % 251 for n in range(5000)))[:200]
    assert not parse_blob_header(seal_blob(noise, DEK, BINDING)).is_compressed


@pytest.mark.parametrize("suite", list(Suite))
@pytest.mark.parametrize("size", [0, 1, 16_367, 16_368, 16_369, 3_000_000])
def test_a_streamed_blob_is_as_long_as_one_sealed_at_once(suite, size):
    content = bytes(size)
    sealer = BlobSealer(DEK, BINDING, stored_length=size, suite=suite)
    fed = [sealer.update(content[at : at + 70_000]) for at in range(0, size, 70_000)]
    record = b"".join([*fed, *sealer.finish()])
    whole = seal_blob(content, DEK, BINDING, suite=suite, may_compress=False)
    assert len(record) == len(whole)
    assert opened(record) == content


def test_a_source_that_grew_or_shrank_while_it_was_sealed_is_refused():
    for fed in (b"", b"four", b"sixsix"):
        sealer = BlobSealer(DEK, BINDING, stored_length=5)
        sealer.update(fed)
        with pytest.raises(IntegrityViolated) as refused:
            list(sealer.finish())
        assert refused.value.code == "source.changed"
