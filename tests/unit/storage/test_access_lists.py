"""A credential as systemd leaves it is read; one that others can read is not."""

import os
import struct
import tempfile
from pathlib import Path

import pytest

from ledgervault.errors import NotAuthorised, StorageUnavailable
from ledgervault.storage.access_lists import is_for_users_only
from ledgervault.storage.reading import find_secret

OWNER, USER, GROUP_OBJECT, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NOBODY = 65534
NONE = 0xFFFFFFFF
READ = 4


def access_list(*named, group=0, other=0):
    rows = [(OWNER, READ, NONE), *named, (GROUP_OBJECT, group, NONE)]
    rows += [(MASK, READ, NONE), (OTHER, other, NONE)]
    rows.sort()
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


@pytest.fixture
def credential(tmp_path):
    path = tmp_path / "vault-key"
    path.write_bytes(b"the key")
    path.chmod(0o400)
    return path


def read(path):
    return find_secret(path, max_bytes=100, mode_code="key-file.mode", follow=True)


def test_credential_for_this_user_is_read_although_its_mode_says_group(credential):
    granted = access_list((USER, READ, os.geteuid()))
    os.setxattr(credential, "system.posix_acl_access", granted)
    assert credential.stat().st_mode & 0o777 == 0o440
    assert read(credential) == b"the key"


@pytest.mark.parametrize(
    "granted",
    [
        access_list((USER, READ, NOBODY)),
        access_list((GROUP, READ, 0)),
        access_list((GROUP, READ, NOBODY)),
        access_list((USER, READ, 0), group=READ),
        access_list((USER, READ, 0), other=READ),
    ],
)
def test_credential_for_anyone_else_is_refused(credential, granted):
    os.setxattr(credential, "system.posix_acl_access", granted)
    with pytest.raises(NotAuthorised) as caught:
        read(credential)
    assert caught.value.code == "key-file.mode"


def test_group_bits_without_a_list_are_refused(credential):
    credential.chmod(0o440)
    with pytest.raises(NotAuthorised):
        read(credential)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\1",
        b"\1\0\0\0",
        b"\3\0\0\0",
        b"\2\0\0\0\1\0\4",
        b"\2\0\0\0" + b"\xff" * 8,
    ],
)
def test_list_of_another_shape_grants_nothing(tmp_path, monkeypatch, raw):
    monkeypatch.setattr(os, "getxattr", lambda *_: raw)
    with open(tmp_path / "file", "wb") as opened:
        os.fchmod(opened.fileno(), 0o440)
        assert not is_for_users_only(opened.fileno(), frozenset({0}))


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_credential_of_one_user_alone_is_read(credential, mode):
    credential.chmod(mode)
    assert read(credential) == b"the key"


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize(("user", "code"), [(NOBODY, 0), (NOBODY - 1, 1)])
def test_service_reads_its_credential_and_no_other_user_does(user, code):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the other user must pass through
        path = Path(folder, "vault-key")
        path.write_bytes(b"the key")
        path.chmod(0o400)
        granted = access_list((USER, READ, NOBODY))
        os.setxattr(path, "system.posix_acl_access", granted)
        child = os.fork()
        if not child:
            os.setgid(user)
            os.setuid(user)
            try:
                os._exit(0 if read(path) == b"the key" else 2)
            except StorageUnavailable:
                os._exit(1)
            finally:
                os._exit(3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code
