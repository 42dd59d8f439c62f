import errno
import os
import stat

import pytest

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.storage import durable


class Journal:
    """Records system calls, and may let one of them fail."""

    def __init__(self, monkeypatch, failing=None, number=errno.EIO):
        self.calls = []
        for name in ("open", "write", "fsync", "rename", "link", "unlink"):
            self._wrap(monkeypatch, name, getattr(os, name), failing, number)

    def _wrap(self, monkeypatch, name, real, failing, number):
        def wrapped(*args, **keywords):
            result = None
            if name == failing:
                self.calls.append(name)
                raise OSError(number, os.strerror(number))
            result = real(*args, **keywords)
            label = name
            if name == "fsync":
                is_directory = stat.S_ISDIR(os.fstat(args[0]).st_mode)
                label = "fsync directory" if is_directory else "fsync file"
            self.calls.append(label)
            return result

        monkeypatch.setattr(os, name, wrapped)


def _left(directory):
    return sorted(path.name for path in directory.iterdir())


def test_new_file_is_private_and_whole(tmp_path):
    durable.write_new(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert _left(tmp_path) == ["a"]


def test_new_file_never_replaces(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("a", "link"):
        with pytest.raises(Conflict):
            durable.write_new(tmp_path / name, b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert _left(tmp_path) == ["a", "link"]


def test_file_systems_without_links_get_new_files_too(tmp_path, monkeypatch):
    Journal(monkeypatch, failing="link", number=errno.EPERM)
    durable.write_new(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    with pytest.raises(Conflict):
        durable.write_new(tmp_path / "a", b"other")
    assert _left(tmp_path) == ["a"]


def test_replacement_syncs_file_before_rename_and_directory_after(
    tmp_path, monkeypatch
):
    journal = Journal(monkeypatch)
    durable.replace(tmp_path / "a", b"content")
    order = [call for call in journal.calls if call.startswith(("fsync", "rename"))]
    assert order == ["fsync file", "rename", "fsync directory"]


def test_many_replacements_sync_their_directory_once(tmp_path, monkeypatch):
    journal = Journal(monkeypatch)
    durable.replace_all(tmp_path, {"a": b"1", "b": b"2", "c": b"3"})
    assert journal.calls.count("fsync file") == 3
    assert journal.calls.count("fsync directory") == 1
    assert journal.calls[-1] == "fsync directory"


@pytest.mark.parametrize("failing", ["open", "write", "fsync", "rename"])
def test_failed_replacement_leaves_the_old_file(tmp_path, monkeypatch, failing):
    (tmp_path / "a").write_bytes(b"old")
    journal = Journal(monkeypatch, failing=failing)
    with pytest.raises(StorageUnavailable) as caught:
        durable.replace(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert caught.value.code == "storage.io"
    assert journal.calls.count(failing) == 1
    assert (tmp_path / "a").read_bytes() == b"old"
    assert _left(tmp_path) == ["a"]


@pytest.mark.parametrize("failing", ["open", "write", "fsync", "link"])
def test_failed_new_file_leaves_nothing(tmp_path, monkeypatch, failing):
    Journal(monkeypatch, failing=failing)
    with pytest.raises(StorageUnavailable):
        durable.write_new(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert _left(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"),
        (errno.EDQUOT, "storage.full"),
        (errno.EROFS, "storage.read-only"),
        (errno.EACCES, "storage.not-permitted"),
        (errno.EMFILE, "storage.too-many-files"),
        (errno.EBUSY, "storage"),
    ],
)
def test_errors_say_what_to_do(tmp_path, monkeypatch, number, code):
    Journal(monkeypatch, failing="write", number=number)
    with pytest.raises(StorageUnavailable) as caught:
        durable.replace(tmp_path / "a", b"new")
    assert caught.value.code == code
    assert caught.value.hint
    assert str(tmp_path / "a") in caught.value.message


def test_interruption_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        durable.replace(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert _left(tmp_path) == []


def test_short_writes_are_continued(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:3])))
    durable.replace(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


@pytest.mark.parametrize("is_random", [False, True])
def test_erasure_overwrites_before_it_unlinks(tmp_path, is_random):
    path, witness = tmp_path / "a", tmp_path / "witness"
    path.write_bytes(b"secret" * 300_000)
    os.link(path, witness)
    durable.erase(path, is_random=is_random)
    assert not path.exists()
    left = witness.read_bytes()
    assert len(left) == 1_800_000
    assert b"secret" not in left
    assert (left == bytes(1_800_000)) is not is_random


def test_erasure_of_nothing_is_done(tmp_path):
    durable.erase(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_erasure_does_not_follow_a_link(tmp_path):
    (tmp_path / "target").write_bytes(b"keep")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(StorageUnavailable):
        durable.erase(tmp_path / "link")
    assert (tmp_path / "target").read_bytes() == b"keep"


def test_erasing_replacement_overwrites_the_old_bytes(tmp_path):
    path, witness = tmp_path / "a", tmp_path / "witness"
    path.write_bytes(b"old secret")
    os.link(path, witness)
    durable.replace_erasing(path, b"new")
    assert path.read_bytes() == b"new"
    assert witness.read_bytes() == bytes(10)


def test_erasing_replacement_keeps_the_old_bytes_when_it_fails(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")
    Journal(monkeypatch, failing="rename")
    with pytest.raises(StorageUnavailable):
        durable.replace_erasing(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"old"


def test_directories_are_private_and_their_parents_synced(tmp_path, monkeypatch):
    journal = Journal(monkeypatch)
    durable.make_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert journal.calls.count("fsync directory") == 2
    durable.make_directory(tmp_path / "a" / "b")
    assert journal.calls.count("fsync directory") == 2


def test_failed_copy_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"content")
    Journal(monkeypatch, failing="fsync", number=errno.ENOSPC)
    with pytest.raises(StorageUnavailable) as caught:
        durable.copy_file(tmp_path / "a", tmp_path / "b")
    monkeypatch.undo()
    assert caught.value.code == "storage.full"
    assert _left(tmp_path) == ["a"]
