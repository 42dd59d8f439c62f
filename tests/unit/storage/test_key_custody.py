"""Ring and anchor files: what is left on the disk, and what is refused."""

import os

import pytest

from ledgervault.crypto.keys import Anchor
from ledgervault.errors import IntegrityViolated, NotAuthorised, StorageUnavailable
from ledgervault.storage.anchors import FileAnchorStore
from ledgervault.storage.mirrors import create_mirror, mirror_directory, open_mirror
from ledgervault.storage.ring_files import FileRingStore, page_name

CLIENT = b"\xaa" * 16


def _only(directory, pattern):
    (path,) = directory.rglob(pattern)
    return path


def test_ring_lies_where_the_format_says(tmp_path):
    ring = FileRingStore(tmp_path)
    ring.write_head(b"head")
    ring.write_pages(3, {CLIENT: b"page"})
    page = _only(tmp_path, "*.page")
    assert page.parent == tmp_path / "00000003"
    assert page.name.startswith("aa" * 16 + ".")
    assert (tmp_path / "HEAD").read_bytes() == b"head"
    for path in (page, tmp_path / "HEAD"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_discarded_page_is_overwritten(tmp_path):
    ring = FileRingStore(tmp_path / "ring")
    ring.write_pages(1, {CLIENT: b"old keys"})
    os.link(_only(tmp_path / "ring", "*.page"), tmp_path / "witness")
    ring.discard_except(2, {})
    assert (tmp_path / "witness").read_bytes() == bytes(8)
    assert not (tmp_path / "ring" / "00000001").exists()


def test_replaced_head_is_overwritten(tmp_path):
    ring = FileRingStore(tmp_path)
    ring.write_head(b"old head")
    os.link(tmp_path / "HEAD", tmp_path / "witness")
    ring.write_head(b"new")
    assert (tmp_path / "witness").read_bytes() == bytes(8)


def test_half_written_files_are_erased_with_the_rest(tmp_path):
    ring = FileRingStore(tmp_path)
    ring.write_pages(1, {CLIENT: b"page"})
    kept = _only(tmp_path, "*.page")
    (tmp_path / ".HEAD.00.tmp").write_bytes(b"half")
    (tmp_path / "00000001" / ".x.00.tmp").write_bytes(b"half")
    digest = bytes.fromhex(kept.name.split(".")[1])
    ring.discard_except(1, {CLIENT: digest})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_page_names_do_not_collide():
    assert page_name(CLIENT, b"\x01" * 32) != page_name(CLIENT, b"\x02" * 32)


def test_anchor_is_overwritten_when_destroyed(tmp_path):
    anchors = FileAnchorStore(tmp_path / "anchor")
    anchors.create(1, Anchor(b"a" * 32))
    path = tmp_path / "anchor" / "00000001.key"
    assert path.stat().st_mode & 0o777 == 0o600
    os.link(path, tmp_path / "witness")
    anchors.destroy(1)
    left = (tmp_path / "witness").read_bytes()
    assert len(left) == 32
    assert b"aa" not in left
    assert left != bytes(32)


def test_half_written_anchor_is_erased(tmp_path):
    anchors = FileAnchorStore(tmp_path)
    for act in (
        lambda: anchors.create(1, Anchor(b"a" * 32)),
        lambda: anchors.destroy(9),
    ):
        half = tmp_path / ".00000001.key.00.tmp"
        half.write_bytes(b"half")
        act()
        assert not half.exists()
    assert list(anchors.epochs()) == [1]


def test_anchor_that_others_can_read_is_refused(tmp_path):
    anchors = FileAnchorStore(tmp_path)
    anchors.create(1, Anchor(b"a" * 32))
    (tmp_path / "00000001.key").chmod(0o640)
    with pytest.raises(NotAuthorised) as caught:
        anchors.get(1)
    assert caught.value.code == "anchor.mode"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_anchor_of_the_wrong_length_is_refused(tmp_path, size):
    anchors = FileAnchorStore(tmp_path)
    path = tmp_path / "00000001.key"
    path.write_bytes(bytes(size))
    path.chmod(0o600)
    with pytest.raises(IntegrityViolated):
        anchors.get(1)


def test_mirror_is_opened_only_where_it_was_made(tmp_path):
    place = mirror_directory(tmp_path, b"\x01" * 16)
    with pytest.raises(StorageUnavailable) as caught:
        open_mirror(place)
    assert caught.value.code == "mirror.unreachable"
    ring, anchors = create_mirror(place)
    ring.write_head(b"head")
    anchors.create(1, Anchor(b"a" * 32))
    again, _ = open_mirror(place)
    assert again.read_head() == b"head"
    assert place == tmp_path / ("01" * 16) / "mirror"
