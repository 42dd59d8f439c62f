import os

import pytest

from ledgervault.errors import IntegrityViolated
from ledgervault.ports.stores import Extent
from ledgervault.storage.packs import FilePackStore


@pytest.fixture(params=["files"])
def packs(request, tmp_path):
    assert request.param == "files"
    return FilePackStore(tmp_path / "packs")


def _write(packs, *blobs):
    writer = packs.create()
    extents = [writer.append([blob]) for blob in blobs]
    writer.close()
    return extents


def test_blobs_read_back_from_their_extents(packs):
    blobs = [b"", b"one", os.urandom(3 << 20), b"x" * 1000]
    extents = _write(packs, *blobs)
    for blob, extent in zip(blobs, extents, strict=True):
        assert packs.read(extent.pack, extent.offset, extent.length) == blob
        assert b"".join(packs.chunks(extent)) == blob
    assert packs.packs() == {extents[0].pack: sum(map(len, blobs))}


def test_pieces_are_at_most_a_mebibyte(packs):
    (extent,) = _write(packs, bytes((2 << 20) + 5))
    assert [len(piece) for piece in packs.chunks(extent)] == [1 << 20, 1 << 20, 5]


def test_chunks_of_one_blob_are_joined(packs):
    writer = packs.create()
    first = writer.append([b"ab", b"", b"c" * (1 << 20), b"d"])
    second = writer.append(bytes([number]) for number in range(3))
    assert writer.size == first.length + second.length == second.offset + 3
    writer.close()
    assert packs.read(second.pack, second.offset, 3) == b"\x00\x01\x02"
    assert packs.read(first.pack, 0, 4) == b"abcc"


def test_unfinished_pack_does_not_exist(packs):
    writer = packs.create()
    extent = writer.append([b"blob"])
    assert packs.packs() == {}
    with pytest.raises(IntegrityViolated) as caught:
        packs.read(extent.pack, 0, 4)
    assert caught.value.code == "pack.missing"
    writer.abandon()
    assert packs.sweep() == 0


def test_sweep_removes_what_a_crash_left(packs):
    packs.create().append([b"lost"])
    packs.create().append([b"lost"])
    (kept,) = _write(packs, b"kept")
    assert packs.sweep() == 2
    assert list(packs.packs()) == [kept.pack]


def test_several_writers_work_at_once(packs):
    writers = [packs.create() for _ in range(4)]
    extents = [writer.append([bytes([at]) * 9]) for at, writer in enumerate(writers)]
    for writer in writers:
        writer.close()
    for at, extent in enumerate(extents):
        assert packs.read(extent.pack, extent.offset, 9) == bytes([at]) * 9


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 5), (4, 1), (1 << 62, 1), (0, 1 << 62), (-1, 2), (2, -1)]
)
def test_extent_outside_the_pack_is_truncation(packs, offset, length):
    (extent,) = _write(packs, b"blob")
    with pytest.raises(IntegrityViolated) as caught:
        packs.read(extent.pack, offset, length)
    assert caught.value.code == "pack.truncated"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "0" * 31, "0" * 33])
def test_impossible_pack_name_is_refused(packs, name):
    with pytest.raises(IntegrityViolated) as caught:
        packs.read(name, 0, 1)
    assert caught.value.code == "pack.name"
    with pytest.raises(IntegrityViolated):
        packs.remove([name])


def test_removal_can_be_repeated(packs):
    (extent,) = _write(packs, b"blob")
    packs.remove([extent.pack])
    packs.remove([extent.pack, "f" * 32])
    assert packs.packs() == {}


def test_copy_skips_what_is_there(packs, tmp_path):
    (one,), (two,) = _write(packs, b"first"), _write(packs, b"second")
    target = tmp_path / "target" / "packs"
    assert packs.copy_to(str(target), [one.pack]) == 5
    assert packs.copy_to(str(target), [one.pack, two.pack]) == 6
    assert packs.copy_to(str(target), [one.pack, two.pack]) == 0
    copied = FilePackStore(target)
    assert copied.read(two.pack, 0, 6) == b"second"


def test_copy_replaces_a_cut_copy(packs, tmp_path):
    (extent,) = _write(packs, b"whole")
    packs.copy_to(str(tmp_path / "target"), [extent.pack])
    (cut,) = (tmp_path / "target").rglob("*.pack")
    cut.write_bytes(b"who")
    assert packs.copy_to(str(tmp_path / "target"), [extent.pack]) == 5
    assert cut.read_bytes() == b"whole"


def test_copy_of_a_missing_pack_says_so(packs, tmp_path):
    with pytest.raises(IntegrityViolated) as caught:
        packs.copy_to(str(tmp_path / "target"), ["a" * 32])
    assert caught.value.code == "pack.missing"


def test_store_works_on_both_sides_of_a_fork(packs):
    (extent,) = _write(packs, b"parent")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        (mine,) = _write(packs, b"child")
        seen = packs.read(extent.pack, extent.offset, extent.length)
        os.write(writing, mine.pack.encode() + seen)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    told = os.read(reading, 100)
    os.close(reading)
    assert told[32:] == b"parent"
    assert packs.read(told[:32].decode(), 0, 5) == b"child"


def test_extent_names_its_pack(packs):
    (extent,) = _write(packs, b"blob")
    assert extent == Extent(extent.pack, 0, 4)
    assert len(extent.pack) == 32
