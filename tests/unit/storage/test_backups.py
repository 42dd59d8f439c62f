import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledgervault.crypto.keys import Anchor
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotFound,
    StorageUnavailable,
)
from ledgervault.storage.anchors import FileAnchorStore
from ledgervault.storage.backups import (
    create_backup_target,
    find_backup_vaults,
    open_backup_target,
)
from ledgervault.storage.catalogue.opening import create_catalogue, open_catalogue
from ledgervault.storage.layout import VaultHeader, read_header, vault_paths
from ledgervault.storage.mirrors import open_mirror
from ledgervault.storage.packs import FilePackStore
from ledgervault.storage.ring_files import FileRingStore
from ledgervault.storage.snapshots import parse_snapshot, serialise_snapshot

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
HEADER = VaultHeader(b"\x07" * 16, 1, NOW)
FACTS = {"log_size": "7", "log_root": "ab", "epoch": "1"}


@pytest.fixture
def catalogue(tmp_path):
    opened = create_catalogue(tmp_path / "catalogue.sqlite")
    with opened.transaction() as tx:
        tx.put_fact("state", b"one")
    yield opened
    opened.close()


@pytest.fixture
def packs(tmp_path):
    return FilePackStore(tmp_path / "packs")


@pytest.fixture
def target(tmp_path):
    (tmp_path / "usb").mkdir()
    made = create_backup_target(tmp_path / "usb", HEADER)
    ring, anchors = open_mirror(made.mirror)
    ring.write_pages(1, {b"c" * 16: b"page"})
    ring.write_head(b"head")
    anchors.create(1, Anchor(b"a" * 32))
    return made


def _pack(packs, content):
    writer = packs.create()
    extent = writer.append([content])
    writer.close()
    return extent.pack


def _back_up(target, catalogue, packs, now=NOW):
    return target.add_snapshot(
        catalogue, packs=packs, pack_names=packs.packs(), facts=FACTS, now=now
    )


def test_snapshot_is_listed_with_its_facts(target, catalogue, packs):
    pack = _pack(packs, b"blob")
    now = NOW.astimezone(timezone(timedelta(hours=8)))
    info = _back_up(target, catalogue, packs, now)
    assert info.name.startswith("20260504T030201Z-")
    assert info.packs == {pack: 4}
    assert info.facts == FACTS
    assert target.snapshots() == [info]
    target.verify_catalogue(info)


def test_second_backup_copies_only_new_packs(target, catalogue, packs):
    old = _pack(packs, b"old blob")
    _back_up(target, catalogue, packs)
    copied = target.directory / "packs" / old[:2] / f"{old}.pack"
    inode = copied.stat().st_ino
    new = _pack(packs, b"new blob")
    info = _back_up(target, catalogue, packs, NOW + timedelta(days=1))
    assert copied.stat().st_ino == inode
    assert set(info.packs) == {old, new}
    assert target.snapshots()[-1] == info


def test_everything_at_the_target_is_private(target, catalogue, packs):
    _pack(packs, b"blob")
    _back_up(target, catalogue, packs)
    modes = {
        path.stat().st_mode & 0o777
        for path in target.directory.rglob("*")
        if path.is_file()
    }
    assert modes == {0o600}


def test_restored_vault_is_the_one_that_was_saved(target, catalogue, packs, tmp_path):
    pack = _pack(packs, b"blob")
    info = _back_up(target, catalogue, packs)
    restored = target.restore(None, tmp_path / "new")
    paths = vault_paths(tmp_path / "new")
    assert restored.snapshot == info
    assert restored.missing_packs == ()
    assert read_header(paths.directory) == HEADER
    assert FilePackStore(paths.packs).read(pack, 0, 4) == b"blob"
    assert FileRingStore(paths.ring).read_head() == b"head"
    assert FileAnchorStore(paths.anchor).get(1).raw == b"a" * 32
    opened = open_catalogue(paths.catalogue)
    assert opened.fact("state") == b"one"
    opened.close()


def test_latest_snapshot_is_restored_unless_one_is_named(
    target, catalogue, packs, tmp_path
):
    first = _back_up(target, catalogue, packs)
    with catalogue.transaction() as tx:
        tx.put_fact("state", b"two")
    _back_up(target, catalogue, packs, NOW + timedelta(days=1))
    for name, to, state in ((None, "latest", b"two"), (first.name, "first", b"one")):
        target.restore(name, tmp_path / to)
        opened = open_catalogue(vault_paths(tmp_path / to).catalogue)
        assert opened.fact("state") == state
        opened.close()


def test_pack_that_was_purged_since_is_reported(target, catalogue, packs, tmp_path):
    pack = _pack(packs, b"blob")
    _back_up(target, catalogue, packs)
    target.packs.remove([pack])
    assert target.restore(None, tmp_path / "new").missing_packs == (pack,)


def test_restore_goes_into_an_empty_place_only(target, catalogue, packs, tmp_path):
    _back_up(target, catalogue, packs)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "paper").write_bytes(b"mine")
    with pytest.raises(Conflict):
        target.restore(None, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["paper"]


def test_unknown_snapshot_is_not_found(target, catalogue, packs, tmp_path):
    with pytest.raises(NotFound) as caught:
        target.restore(None, tmp_path / "new")
    assert caught.value.code == "backup.unknown"
    _back_up(target, catalogue, packs)
    with pytest.raises(NotFound):
        target.restore("20260101T000000Z-00000000", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_damaged_catalogue_is_not_restored(target, catalogue, packs, tmp_path):
    info = _back_up(target, catalogue, packs)
    place = target.directory / "snapshots" / info.name / "catalogue.sqlite"
    with closing(sqlite3.connect(place)) as editor, editor:
        editor.execute("UPDATE facts SET value = x'00'")
    with pytest.raises(IntegrityViolated) as caught:
        target.restore(None, tmp_path / "new")
    assert caught.value.code == "backup.damaged"
    assert not (tmp_path / "new").exists()


def test_crash_in_a_backup_leaves_no_snapshot(target, catalogue, packs, tmp_path):
    _pack(packs, b"blob")
    whole = _back_up(target, catalogue, packs)
    _pack(packs, b"more")
    exits = set()
    for point in range(0, 60, 3):
        child = os.fork()
        if child == 0:
            _crash_at(point, target, tmp_path / "catalogue.sqlite", packs)
        exits.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        known = target.snapshots()
        assert known[0] == whole
        for info in known:
            target.verify_catalogue(info)
            assert set(info.packs) <= set(target.packs.packs())
    assert exits == {0, 7}
    _back_up(target, catalogue, packs, NOW + timedelta(days=9))
    places = list((target.directory / "snapshots").iterdir())
    assert len(places) == len(target.snapshots())


def _crash_at(point, target, path, packs):
    left = point
    catalogue = open_catalogue(path)

    def counting(real):
        def wrapped(*args, **keywords):
            nonlocal left
            if left == 0:
                os._exit(7)
            left -= 1
            return real(*args, **keywords)

        return wrapped

    for name in ("open", "write", "fsync", "link", "unlink", "rename", "mkdir"):
        setattr(os, name, counting(getattr(os, name)))
    _back_up(target, catalogue, packs, NOW + timedelta(days=1))
    os._exit(0)


def test_target_that_is_not_there_is_unreachable(tmp_path):
    for act in (
        lambda: create_backup_target(tmp_path / "usb", HEADER),
        lambda: open_backup_target(tmp_path / "usb", HEADER.vault),
        lambda: find_backup_vaults(tmp_path / "usb"),
    ):
        with pytest.raises(StorageUnavailable):
            act()
    assert not (tmp_path / "usb").exists()


def test_vaults_at_a_target_are_found(target, tmp_path):
    (tmp_path / "usb" / "photos").mkdir()
    other = VaultHeader(b"\x08" * 16, 1, NOW)
    create_backup_target(tmp_path / "usb", other)
    assert find_backup_vaults(tmp_path / "usb") == [HEADER.vault, other.vault]
    opened = open_backup_target(tmp_path / "usb", HEADER.vault)
    assert opened.directory == target.directory


def test_vault_without_a_backup_is_not_found(target, tmp_path):
    assert target.header == HEADER
    with pytest.raises(NotFound) as caught:
        open_backup_target(tmp_path / "usb", b"\x09" * 16)
    assert caught.value.code == "backup.none"


def test_header_of_another_vault_is_refused(target, tmp_path):
    other = create_backup_target(tmp_path / "usb", VaultHeader(b"\x08" * 16, 1, NOW))
    (other.directory / "vault.json").replace(target.directory / "vault.json")
    with pytest.raises(IntegrityViolated):
        open_backup_target(tmp_path / "usb", HEADER.vault)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ledgervault-snapshot/1", b"ledgervault-snapshot/2"),
        (b'"name": "2026', b'"name": "../6'),
        (b'"created": "2026', b'"created": "aaaa'),
        (b"01Z", b"01"),
        (b'"catalogue_bytes": ', b'"catalogue_bytes": "a'),
        (b'"catalogue_sha256": "', b'"catalogue_sha256x": "'),
        (b'"packs": {', b'"packs": [{'),
        (b": 4", b": -4"),
        (b'"epoch": "1"', b'"epoch": 1'),
        (b'"facts"', b'"fact"'),
    ],
)
def test_damaged_record_is_no_snapshot(target, catalogue, packs, old, new):
    _pack(packs, b"blob")
    raw = serialise_snapshot(_back_up(target, catalogue, packs))
    assert old in raw
    assert parse_snapshot(raw.replace(old, new)) is None
