import errno
import os
import stat

import pytest

from ledgervault.errors import StorageUnavailable
from ledgervault.storage.packs import FilePackStore


@pytest.fixture
def packs(tmp_path):
    return FilePackStore(tmp_path / "packs")


def test_pack_lies_in_a_fan_of_directories_and_is_private(packs, tmp_path):
    writer = packs.create()
    extent = writer.append([b"blob"])
    writer.close()
    path = tmp_path / "packs" / extent.pack[:2] / f"{extent.pack}.pack"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_close_syncs_pack_before_rename_and_directories_after(packs, monkeypatch):
    writer = packs.create()
    writer.append([b"blob"])
    calls = []
    fsync, rename = os.fsync, os.rename

    def watched(descriptor):
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        calls.append("directory" if is_directory else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(
        os, "rename", lambda *names: calls.append("rename") or rename(*names)
    )
    writer.close()
    writer.close()
    assert calls == ["file", "rename", "directory", "directory"]


def test_failed_sync_is_not_repeated_and_leaves_no_pack(packs, monkeypatch):
    writer = packs.create()
    writer.append([b"blob"])
    calls = []

    def failing(descriptor):
        calls.append(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StorageUnavailable) as caught:
        writer.close()
    monkeypatch.undo()
    assert caught.value.code == "storage.io"
    assert len(calls) == 1
    assert packs.packs() == {}
    writer.abandon()
    assert packs.sweep() == 0


def test_full_disk_while_appending_is_told(packs, monkeypatch):
    writer = packs.create()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageUnavailable) as caught:
        writer.append([b"x" * (2 << 20)])
    monkeypatch.undo()
    assert caught.value.code == "storage.full"
    writer.abandon()


def test_many_small_blobs_take_few_writes(packs, monkeypatch):
    writer = packs.create()
    sizes = []
    real = os.write
    monkeypatch.setattr(
        os, "write", lambda fd, data: sizes.append(len(data)) or real(fd, data)
    )
    for _ in range(1000):
        writer.append([b"h" * 64, b"b" * 4000])
    writer.close()
    assert len(sizes) == 4
    assert max(sizes) <= 1 << 20


def test_abandoned_pack_is_removed_twice_without_harm(packs):
    writer = packs.create()
    writer.abandon()
    writer.abandon()
    assert packs.packs() == {}


def test_strangers_in_the_directory_are_no_packs(packs, tmp_path):
    place = tmp_path / "packs"
    (place / "ab").mkdir(parents=True)
    (place / "xyz").mkdir()
    (place / "xyz" / f"{'a' * 32}.pack").write_bytes(b"x")
    (place / "ab" / "note.pack").write_bytes(b"x")
    (place / "cd").write_bytes(b"x")
    assert packs.packs() == {}


def test_link_in_the_place_of_a_pack_is_not_followed(packs, tmp_path):
    place = tmp_path / "packs" / "aa"
    place.mkdir(parents=True)
    (place / f"{'a' * 32}.pack").symlink_to("/etc/passwd")
    with pytest.raises(StorageUnavailable):
        packs.read("a" * 32, 0, 1)


def test_device_error_while_reading_is_told(packs, monkeypatch):
    writer = packs.create()
    extent = writer.append([b"blob"])
    writer.close()

    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", failing)
    with pytest.raises(StorageUnavailable):
        packs.read(extent.pack, 0, 4)


def test_pack_cut_while_it_is_read_is_noticed(packs, monkeypatch):
    writer = packs.create()
    extent = writer.append([b"blob"])
    writer.close()
    monkeypatch.setattr(os, "pread", lambda *_: b"")
    with pytest.raises(Exception, match="shorter"):
        packs.read(extent.pack, 0, 4)
