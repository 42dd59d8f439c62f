"""The agent listens in a directory of the user's own, or nowhere."""

import os

import pytest

from ledgervault.storage.agent_directory import (
    exclusively,
    find_directory,
    make_directory,
    open_directory,
)


@pytest.fixture
def runtime(tmp_path):
    path = tmp_path / "runtime"
    path.mkdir(mode=0o700)
    return path


def found(tmp_path, runtime):
    return find_directory(tmp_path / "config", {"XDG_RUNTIME_DIR": str(runtime)})


def test_runtime_directory_of_the_login_is_used(tmp_path, runtime):
    assert found(tmp_path, runtime) == str(runtime / "ledgervault")


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o755, 0o770, 0o701])
def test_runtime_directory_open_to_others_is_not_used(tmp_path, runtime, mode):
    runtime.chmod(mode)
    assert found(tmp_path, runtime) == str(tmp_path / "config" / "run")


@pytest.mark.parametrize("value", ["", "relative", "/nowhere/at/all"])
def test_without_a_usable_runtime_directory_it_lies_beside_the_identities(
    tmp_path, monkeypatch, value
):
    (tmp_path / "relative").mkdir(mode=0o700)
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, value) == str(tmp_path / "config" / "run")


def test_runtime_path_that_is_a_file_is_not_used(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "file").chmod(0o600)
    assert found(tmp_path, tmp_path / "file") == str(tmp_path / "config" / "run")


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a directory to another user")
def test_directory_of_another_user_is_not_used(tmp_path, runtime):
    os.chown(runtime, 65534, 65534)
    assert found(tmp_path, runtime) == str(tmp_path / "config" / "run")
    with pytest.raises(PermissionError):
        open_directory(str(runtime))


def test_directory_is_made_closed_to_others_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        make_directory(str(tmp_path / "config" / "run"))
    finally:
        os.umask(before)
    assert (tmp_path / "config" / "run").stat().st_mode & 0o777 == 0o700
    os.close(open_directory(str(tmp_path / "config" / "run")))


def test_link_and_open_directory_are_refused(tmp_path, runtime):
    (tmp_path / "link").symlink_to(runtime)
    with pytest.raises(NotADirectoryError):
        open_directory(str(tmp_path / "link"))
    runtime.chmod(0o750)
    with pytest.raises(PermissionError):
        open_directory(str(runtime))


def test_lock_of_the_directory_is_held_by_one(runtime):
    first, second = open_directory(str(runtime)), open_directory(str(runtime))
    refused = exclusively(second, wait=False)
    with exclusively(first, wait=True), pytest.raises(BlockingIOError):
        refused.__enter__()
    with exclusively(second, wait=False):
        pass
    os.close(first)
    os.close(second)
