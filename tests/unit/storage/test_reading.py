import os

import pytest

from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.storage.reading import find_bytes, find_secret


def test_missing_file_is_none(tmp_path):
    assert find_bytes(tmp_path / "a", max_bytes=9) is None
    (tmp_path / "file").write_bytes(b"")
    assert find_bytes(tmp_path / "file" / "a", max_bytes=9) is None


def test_bound_is_exact(tmp_path):
    (tmp_path / "a").write_bytes(b"123456789")
    assert find_bytes(tmp_path / "a", max_bytes=9) == b"123456789"
    assert find_bytes(tmp_path / "a", max_bytes=8, cut=True) == b"12345678"
    with pytest.raises(IntegrityViolated):
        find_bytes(tmp_path / "a", max_bytes=8)


def test_links_are_followed_only_on_request(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert find_bytes(tmp_path / "link", max_bytes=9, follow=True) == b"x"
    with pytest.raises(IntegrityViolated):
        find_bytes(tmp_path / "link", max_bytes=9)


def test_pipes_and_directories_are_refused_without_blocking(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(IntegrityViolated) as caught:
            find_bytes(path, max_bytes=9)
        assert caught.value.code == "file.unexpected"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_secret_that_others_can_open_is_refused(tmp_path, mode):
    path = tmp_path / "a"
    path.write_bytes(b"secret")
    path.chmod(mode)
    with pytest.raises(NotAuthorised) as caught:
        find_secret(path, max_bytes=9, mode_code="x.mode")
    assert caught.value.code == "x.mode"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_private_secret_is_read(tmp_path, mode):
    path = tmp_path / "a"
    path.write_bytes(b"secret")
    path.chmod(mode)
    assert find_secret(path, max_bytes=9, mode_code="x.mode") == b"secret"


def test_secret_of_another_user_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"secret")
    path.chmod(0o600)
    owner = os.geteuid() + 1 if os.geteuid() else 12345
    real = os.fstat
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    monkeypatch.setattr(
        os,
        "fstat",
        lambda fd: os.stat_result([*list(real(fd))[:4], 54321, *list(real(fd))[5:]]),
    )
    with pytest.raises(NotAuthorised):
        find_secret(path, max_bytes=9, mode_code="x.mode")
