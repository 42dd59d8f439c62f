import errno
import os

import pytest

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.ports.sources import Found, Skipped
from ledgervault.storage.sources import FileSources


def test_vault_is_never_taken_in(tmp_path):
    vault = tmp_path / "papers" / "vault"
    vault.mkdir(parents=True)
    (vault / "pack").write_bytes(b"x")
    (tmp_path / "papers" / "a").write_bytes(b"a")
    sources = FileSources(exclude=[vault, tmp_path / "missing"])
    items = list(sources.scan([os.fsencode(tmp_path / "papers")]))
    assert [type(item) for item in items] == [Found, Skipped]
    assert items[1].code == "source.vault"


@pytest.mark.parametrize("inside", ["", "pack", "../vault/pack"])
def test_path_inside_the_vault_is_no_root(tmp_path, inside):
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "pack").write_bytes(b"x")
    sources = FileSources(exclude=[vault])
    (item,) = sources.scan([os.fsencode(vault / inside)])
    assert item.code == "source.vault"


def test_neighbour_with_a_longer_name_is_taken_in(tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault-papers").mkdir()
    (tmp_path / "vault-papers" / "a").write_bytes(b"a")
    sources = FileSources(exclude=[tmp_path / "vault"])
    (item,) = sources.scan([os.fsencode(tmp_path / "vault-papers")])
    assert isinstance(item, Found)


@pytest.fixture
def nest(tmp_path):
    """Build directories in each other; remove them as no recursion could."""
    here = os.open(tmp_path, os.O_RDONLY)
    names = []

    def move(name):
        nonlocal here
        there = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there

    def build(name, depth, paper=None):
        for _ in range(depth):
            os.mkdir(name, dir_fd=here)
            names.append(name)
            move(name)
        if paper is not None:
            os.close(os.open(paper, os.O_CREAT | os.O_WRONLY, dir_fd=here))

    yield build
    for paper in os.listdir(here):
        os.unlink(paper, dir_fd=here)
    while names:
        move("..")
        os.rmdir(names.pop(), dir_fd=here)
    os.close(here)


def test_deep_tree_does_not_exhaust_the_stack(tmp_path, nest):
    nest(b"d", 1300, b"paper")
    (item,) = FileSources().scan([os.fsencode(tmp_path)])
    assert isinstance(item, Found)
    assert item.relative == b"d/" * 1300 + b"paper"


def test_tree_deeper_than_a_path_can_say_is_reported(tmp_path, nest):
    nest(b"n" * 200, 25)
    items = list(FileSources().scan([os.fsencode(tmp_path)]))
    assert [item.code for item in items] == ["source.unreadable"]


def test_unreadable_directory_is_reported_and_the_rest_goes_on(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "paper").write_bytes(b"x")
    real = os.scandir

    def refusing(path):
        if path.endswith(b"/a"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    items = list(FileSources().scan([os.fsencode(tmp_path)]))
    assert items[0].code == "source.unreadable"
    assert "Permission denied" in items[0].reason
    assert items[1].relative == b"b/paper"


def test_directory_that_vanishes_is_reported(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_bytes(b"x")
    items = FileSources().scan([os.fsencode(tmp_path)])
    (tmp_path / "a").rmdir()
    assert {getattr(item, "code", "found") for item in items} <= {
        "source.vanished",
        "found",
    }


def test_hard_links_below_one_root_are_both_papers(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    os.link(tmp_path / "a", tmp_path / "b")
    items = list(FileSources().scan([os.fsencode(tmp_path)]))
    assert [item.relative for item in items] == [b"a", b"b"]


def test_file_without_a_size_is_not_believed():
    sources = FileSources()
    (found,) = sources.scan([b"/proc/self/stat"])
    opened = sources.open(found)
    with pytest.raises(Conflict):
        opened.read_all()
    opened.close()


def test_whole_file_takes_one_read(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x" * 5000)
    sources = FileSources()
    (found,) = sources.scan([os.fsencode(tmp_path / "a")])
    opened = sources.open(found)
    calls = []
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, n: calls.append(n) or real(fd, n))
    assert len(opened.read_all()) == 5000
    opened.verify_unchanged()
    opened.close()
    assert calls == [5001]


def test_short_reads_are_continued(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"0123456789")
    sources = FileSources()
    (found,) = sources.scan([os.fsencode(tmp_path / "a")])
    opened = sources.open(found)
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, n: real(fd, min(n, 3)))
    assert opened.read_all() == b"0123456789"
    opened.verify_unchanged()
    opened.close()


def test_device_error_while_reading_is_told(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x")
    sources = FileSources()
    (found,) = sources.scan([os.fsencode(tmp_path / "a")])
    opened = sources.open(found)

    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "read", failing)
    with pytest.raises(StorageUnavailable) as caught:
        opened.read_all()
    opened.close()
    assert caught.value.code == "source.unreadable"
