import os
import socket

import pytest

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.ports.sources import Found, Skipped
from ledgervault.storage.sources import FileSources


@pytest.fixture(params=["files"])
def sources(request):
    assert request.param == "files"
    return FileSources()


@pytest.fixture
def papers(tmp_path):
    root = tmp_path / "papers"
    (root / "b").mkdir(parents=True)
    (root / "a.pdf").write_bytes(b"a")
    (root / "b" / "c.pdf").write_bytes(b"cc")
    (root / "d.pdf").write_bytes(b"")
    return root


def _scan(sources, *roots):
    items = list(sources.scan([os.fsencode(root) for root in roots]))
    found = [item for item in items if isinstance(item, Found)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    return found, skipped


def test_papers_are_found_in_the_order_of_their_names(sources, papers):
    found, skipped = _scan(sources, papers)
    assert [item.relative for item in found] == [b"a.pdf", b"b/c.pdf", b"d.pdf"]
    assert [item.size for item in found] == [1, 2, 0]
    assert {item.root for item in found} == {os.fsencode(papers)}
    assert skipped == []


def test_single_file_is_its_own_root(sources, papers):
    ((found,), _) = _scan(sources, papers / "b" / "c.pdf")
    assert found.relative == b"c.pdf"
    assert found.path == os.fsencode(papers / "b" / "c.pdf")


def test_names_of_any_bytes_come_through(sources, papers):
    names = [b"\xff\xfe", "发票.pdf".encode(), b"line\nbreak", b"-rf", b"\x1b[2J"]
    for name in names:
        with open(os.path.join(os.fsencode(papers), name), "wb") as file:
            file.write(name)
    found, _ = _scan(sources, papers)
    by_name = {item.relative: item for item in found}
    for name in names:
        opened = sources.open(by_name[name])
        assert opened.read_all() == name
        opened.close()


def test_overlapping_roots_give_each_paper_once(sources, papers):
    found, skipped = _scan(sources, papers / "b", papers, papers)
    assert [item.relative for item in found] == [b"c.pdf", b"a.pdf", b"d.pdf"]
    assert skipped == []


def test_missing_root_is_skipped_as_vanished(sources, papers):
    _, (skipped,) = _scan(sources, papers / "nothing")
    assert skipped.code == "source.vanished"


def test_impossible_root_is_skipped_as_unreadable(sources):
    _, (skipped,) = _scan(sources, "a\x00b")
    assert skipped.code == "source.unreadable"


def test_links_are_never_followed(sources, papers, tmp_path):
    (papers / "link").symlink_to(papers / "a.pdf")
    (papers / "tree").symlink_to(papers / "b")
    (papers / "loop").symlink_to(papers)
    root = tmp_path / "root"
    root.symlink_to(papers)
    found, skipped = _scan(sources, papers, root, f"{root}/")
    assert len(found) == 3
    assert {item.code for item in skipped} == {"source.symlink"}
    assert len(skipped) == 5


def test_special_files_are_skipped_without_blocking(sources, papers):
    os.mkfifo(papers / "pipe")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(os.path.relpath(papers / "sock"))
    found, skipped = _scan(sources, papers, "/dev/null")
    listening.close()
    assert len(found) == 3
    assert [item.code for item in skipped] == ["source.special"] * 3
    assert "pipe" in skipped[0].reason


def test_paper_is_read_in_pieces(sources, papers):
    (papers / "a.pdf").write_bytes(b"0123456789")
    found, _ = _scan(sources, papers / "a.pdf")
    opened = sources.open(found[0])
    assert list(opened.chunks(4)) == [b"0123", b"4567", b"89"]
    opened.verify_unchanged()
    opened.close()
    opened.close()


@pytest.mark.parametrize("change", [b"longer than before", b"sh", b"other"])
def test_change_while_reading_is_noticed(sources, papers, change):
    path = papers / "a.pdf"
    path.write_bytes(b"paper")
    (found,), _ = _scan(sources, path)
    opened = sources.open(found)
    with path.open("r+b") as file:
        file.write(change)
        file.truncate()
    os.utime(path, ns=(1, 1))

    def read():
        opened.read_all()
        opened.verify_unchanged()

    with pytest.raises(Conflict) as caught:
        read()
    assert caught.value.code == "source.changed"
    opened.close()


def test_change_in_the_middle_of_pieces_is_noticed(sources, papers):
    path = papers / "a.pdf"
    path.write_bytes(b"0123456789")
    (found,), _ = _scan(sources, path)
    opened = sources.open(found)
    pieces = opened.chunks(4)
    assert next(pieces) == b"0123"
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(Conflict):
        list(pieces)
    opened.close()


def test_paper_read_halfway_is_not_verified(sources, papers):
    (found,), _ = _scan(sources, papers / "b")
    opened = sources.open(found)
    with pytest.raises(Conflict):
        opened.verify_unchanged()
    opened.close()


def test_exchanged_paper_is_not_opened(sources, papers, tmp_path):
    found, _ = _scan(sources, papers)
    (tmp_path / "other").write_bytes(b"a")
    (tmp_path / "other").replace(papers / "a.pdf")
    (papers / "d.pdf").unlink()
    (papers / "d.pdf").symlink_to(papers / "a.pdf")
    for item in (found[0], found[2]):
        with pytest.raises(Conflict):
            sources.open(item)
        with pytest.raises(Conflict):
            sources.remove(item)


def test_paper_that_turned_into_a_pipe_is_not_opened(sources, papers):
    found, _ = _scan(sources, papers)
    (papers / "a.pdf").unlink()
    os.mkfifo(papers / "a.pdf")
    with pytest.raises(Conflict):
        sources.open(found[0])


def test_vanished_paper_says_so(sources, papers):
    found, _ = _scan(sources, papers)
    (papers / "a.pdf").unlink()
    for act in (sources.open, sources.remove):
        with pytest.raises(StorageUnavailable) as caught:
            act(found[0])
        assert caught.value.code == "source.vanished"


def test_taken_paper_is_removed(sources, papers):
    found, _ = _scan(sources, papers)
    sources.remove(found[1])
    assert not (papers / "b" / "c.pdf").exists()


def test_changed_paper_is_not_removed(sources, papers):
    found, _ = _scan(sources, papers)
    (papers / "a.pdf").write_bytes(b"new")
    with pytest.raises(Conflict):
        sources.remove(found[0])
    assert (papers / "a.pdf").read_bytes() == b"new"
