import dataclasses
import errno
import os
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.errors import (
    ConfigurationInvalid,
    Conflict,
    LedgerVaultError,
    NotFound,
    StorageUnavailable,
)
from ledgervault.storage.layout import (
    VaultHeader,
    create_layout,
    parse_header,
    read_header,
    serialise_header,
    vault_paths,
)

HEADER = VaultHeader(b"\x07" * 16, 1, datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC))


class Crash(BaseException):
    """Stands for the end of the process."""


def test_directory_becomes_a_vault_at_the_end_of_the_block(tmp_path):
    place = tmp_path / "vault"
    with create_layout(place, HEADER) as paths:
        assert paths == vault_paths(place)
        for part in (place, paths.packs, paths.ring, paths.anchor):
            assert part.stat().st_mode & 0o777 == 0o700
        with pytest.raises(NotFound) as caught:
            read_header(place)
        assert caught.value.code == "vault.missing"
        assert "vault init" in caught.value.hint
    assert read_header(place) == HEADER
    assert (place / "vault.json").stat().st_mode & 0o777 == 0o600
    assert b'"created": "2026-05-04T03:02:01Z"' in (place / "vault.json").read_bytes()


def test_failure_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="no"), create_layout(tmp_path / "v", HEADER):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_failure_keeps_a_directory_that_was_there(tmp_path):
    with pytest.raises(ValueError, match="no"), create_layout(tmp_path, HEADER):
        raise ValueError("no")
    assert tmp_path.is_dir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["paper.pdf", "packs", "catalogue.sqlite", ".git"])
def test_directory_with_other_content_is_left_alone(tmp_path, content):
    (tmp_path / content).write_bytes(b"mine")
    with pytest.raises(Conflict) as caught, create_layout(tmp_path, HEADER):
        pass
    assert caught.value.code == "vault.exists"
    assert [path.name for path in tmp_path.iterdir()] == [content]


def test_vault_is_never_replaced(tmp_path):
    with create_layout(tmp_path, HEADER):
        pass
    with pytest.raises(Conflict) as caught, create_layout(tmp_path, HEADER):
        pass
    assert caught.value.code == "vault.exists"
    assert read_header(tmp_path) == HEADER


def test_leftovers_of_a_crash_are_replaced(tmp_path):
    child = os.fork()
    if child == 0:
        with create_layout(tmp_path, HEADER) as paths:
            (paths.anchor / "00000001.key").write_bytes(b"a" * 32)
            paths.catalogue.write_bytes(b"half")
            os._exit(0)
    os.waitpid(child, 0)
    assert (tmp_path / "anchor" / "00000001.key").exists()
    with create_layout(tmp_path, HEADER) as paths:
        assert not paths.catalogue.exists()
        assert list(paths.anchor.iterdir()) == []
    assert read_header(tmp_path) == HEADER


def test_leftovers_with_a_stranger_among_them_are_kept(tmp_path):
    (tmp_path / "vault.json.unfinished").write_bytes(b"")
    (tmp_path / "thesis.doc").write_bytes(b"mine")
    with pytest.raises(Conflict), create_layout(tmp_path, HEADER):
        pass
    assert (tmp_path / "thesis.doc").exists()


def test_every_crash_point_leaves_no_vault_or_a_whole_one(tmp_path):
    counted = 0
    for point in range(200):
        place = tmp_path / str(point)
        child = os.fork()
        if child == 0:
            _crash_at(point, place)
        status = os.waitpid(child, 0)[1]
        try:
            assert read_header(place) == HEADER
        except NotFound:
            with create_layout(place, HEADER):
                pass
            assert read_header(place) == HEADER
        if os.waitstatus_to_exitcode(status) == 0:
            break
        counted += 1
    assert 20 < counted < 199


def _crash_at(point, place):
    left = point

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
    with create_layout(place, HEADER):
        pass
    os._exit(0)


def test_two_creators_do_not_meet(tmp_path):
    with create_layout(tmp_path, HEADER):
        with pytest.raises(Conflict) as caught, create_layout(tmp_path, HEADER):
            pass
        assert caught.value.code == "vault.busy"
    assert read_header(tmp_path) == HEADER


def test_full_disk_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageUnavailable), create_layout(tmp_path / "v", HEADER):
        pass


def test_newer_format_is_refused_by_name():
    raw = serialise_header(HEADER).replace(b"ledgervault/1", b"ledgervault/2")
    with pytest.raises(ConfigurationInvalid) as caught:
        parse_header(raw)
    assert caught.value.code == "vault.newer-format"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"suite": 1', b'"suite": "1"'),
        (b'"suite": 1', b'"suite": true'),
        (b'"suite": 1', b'"suite": 65536'),
        (b"0707", b"07"),
        (b"0707", b"zz07"),
        (b"2026-05-04T03:02:01Z", b"2026-05-04T03:02:01"),
        (b"2026-05-04", b"2026-02-30"),
        (b"{", b"["),
    ],
)
def test_damaged_header_is_refused(old, new):
    raw = serialise_header(HEADER)
    assert old in raw
    with pytest.raises(ConfigurationInvalid):
        parse_header(raw.replace(old, new, 1))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.just(b"[" * 100_000) | st.just(b'{"a":' * 100_000))
def test_header_parser_is_total(raw):
    with pytest.raises(LedgerVaultError):
        parse_header(raw)


def test_header_says_where_the_anchors_are_only_when_it_is_not_a_file():
    token = dataclasses.replace(HEADER, anchors="pkcs11", token="钥匙")
    assert parse_header(serialise_header(token)) == token
    assert b"anchors" not in serialise_header(HEADER)
    assert parse_header(serialise_header(HEADER)).anchors == "file"
