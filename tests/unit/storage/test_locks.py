import errno
import os

import pytest

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.storage.locks import FileWriterLock


def test_lock_file_names_the_act_only_while_it_is_held(tmp_path):
    path = tmp_path / "lock"
    with FileWriterLock(path, 0.0).hold("purge"):
        assert path.read_text() == f"purge, process {os.getpid()}"
        assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == ""


def test_note_of_a_stranger_cannot_drive_the_terminal(tmp_path):
    path = tmp_path / "lock"
    with FileWriterLock(path, 0.0).hold("ingest"):
        path.write_bytes(b"\x1b[2J\xff evil")
        with pytest.raises(Conflict) as caught, FileWriterLock(path, 0.0).hold("purge"):
            pass
    assert "\x1b" not in caught.value.message
    assert "evil" in caught.value.message


def test_lock_is_not_a_link(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageUnavailable):
        FileWriterLock(tmp_path / "lock", 0.0).hold("ingest").__enter__()
    assert not (tmp_path / "elsewhere").exists()


def test_full_disk_does_not_stop_a_writer_from_locking(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    other = FileWriterLock(tmp_path / "lock", 0.0)
    first = FileWriterLock(tmp_path / "lock", 0.0)
    with first.hold("purge"), pytest.raises(Conflict), other.hold("ingest"):
        pass
    with other.hold("ingest"):
        assert (tmp_path / "lock").exists()
