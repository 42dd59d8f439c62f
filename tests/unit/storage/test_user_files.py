"""Identities, key files and pins in the user's own directories."""

import base64

import pytest

from ledgervault.errors import (
    ConfigurationInvalid,
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
    UsageInvalid,
)
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file, read_key_file
from ledgervault.storage.pins import FilePinStore

VAULT = b"\x01" * 16


def test_identity_that_others_can_read_is_refused(tmp_path):
    store = FileIdentityStore(tmp_path)
    path = store.save("a", b"sealed")
    (tmp_path / "identities" / "a.identity").chmod(0o644)
    with pytest.raises(NotAuthorised) as caught:
        store.load("a")
    assert caught.value.code == "identity.mode"
    assert path in caught.value.message


def test_default_identity_is_chosen_among_several(tmp_path):
    store = FileIdentityStore(tmp_path)
    store.save("a", b"1")
    store.save("b", b"2")
    (tmp_path / "default-identity").write_text("b\n")
    assert store.load(None) == ("b", b"2")


@pytest.mark.parametrize(
    ("ours", "chosen"), [(b"", "b"), (b"12", "b"), (b"123", "b"), (b"3", "c")]
)
def test_default_identity_decides_where_the_vault_does_not(tmp_path, ours, chosen):
    store = FileIdentityStore(tmp_path)
    for name, content in (("a", b"1"), ("b", b"2"), ("c", b"3")):
        store.save(name, content)
    (tmp_path / "default-identity").write_text("b\n")
    assert store.load(None, lambda head: head in list_of(ours))[0] == chosen


def list_of(ours):
    return [ours[at : at + 1] for at in range(len(ours))]


def test_default_identity_of_another_vault_does_not_stand_in_the_way(tmp_path):
    store = FileIdentityStore(tmp_path)
    for name in ("a", "b", "c"):
        store.save(name, name.encode())
    (tmp_path / "default-identity").write_text("c\n")
    with pytest.raises(UsageInvalid):
        store.load(None, lambda head: head in {b"a", b"b"})


def test_unreadable_identity_file_does_not_stand_in_the_way(tmp_path):
    store = FileIdentityStore(tmp_path)
    store.save("a", b"1")
    store.save("b", b"2")
    (tmp_path / "identities" / "link.identity").symlink_to("nowhere")
    (tmp_path / "identities" / "folder.identity").mkdir()
    assert store.load(None, lambda head: head == b"2")[0] == "b"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"../../a\n", UsageInvalid),
        (b"\xff\xfe", IntegrityViolated),
        (b"a" * 500, IntegrityViolated),
        (b"c", NotFound),
    ],
)
def test_strange_default_identity_is_refused(tmp_path, content, kind):
    store = FileIdentityStore(tmp_path)
    store.save("a", b"1")
    (tmp_path / "default-identity").write_bytes(content)
    with pytest.raises(kind):
        store.load(None)


def test_identity_file_is_read_by_its_path(tmp_path):
    store = FileIdentityStore(tmp_path)
    path = tmp_path / "stick.identity"
    with pytest.raises(NotFound):
        store.load_file(path)
    path.write_bytes(b"sealed")
    path.chmod(0o600)
    assert store.load_file(path) == ("stick", b"sealed")


def test_two_spellings_of_a_name_are_one_identity(tmp_path):
    store = FileIdentityStore(tmp_path)
    store.save("Zoe\u0301", b"sealed")
    assert store.load("Zo\u00e9") == ("Zo\u00e9", b"sealed")


def test_names_that_we_would_not_write_are_not_listed(tmp_path):
    store = FileIdentityStore(tmp_path)
    store.save("a", b"1")
    (tmp_path / "identities" / "-rf.identity").write_bytes(b"")
    (tmp_path / "identities" / "a.identity.bak").write_bytes(b"")
    assert store.names() == ["a"]


def test_key_file_comes_back(tmp_path):
    path = tmp_path / "key"
    key = create_key_file(path)
    assert len(key) == 32
    assert read_key_file(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"LEDGERVAULT-KEY-FILE-1\n")
    assert create_key_file(tmp_path / "other") != key


def test_key_file_is_never_overwritten(tmp_path):
    key = create_key_file(tmp_path / "key")
    with pytest.raises(Conflict):
        create_key_file(tmp_path / "key")
    assert read_key_file(tmp_path / "key") == key


def test_key_file_that_others_can_read_is_refused(tmp_path):
    create_key_file(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(NotAuthorised):
        read_key_file(tmp_path / "key")


def test_missing_key_file_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        read_key_file(tmp_path / "key")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"LEDGERVAULT-KEY-FILE-1\n",
        b"LEDGERVAULT-KEY-FILE-2\n" + base64.b64encode(bytes(32)),
        b"LEDGERVAULT-KEY-FILE-1\n" + base64.b64encode(bytes(31)),
        b"LEDGERVAULT-KEY-FILE-1\n" + base64.b64encode(bytes(32)) + b"\nmore",
        b"LEDGERVAULT-KEY-FILE-1\n!!!!",
        b"LEDGERVAULT-KEY-FILE-1\nAAA",
        b"LEDGERVAULT-KEY-FILE-1\n\xff\xff",
    ],
)
def test_damaged_key_file_is_refused(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigurationInvalid) as caught:
        read_key_file(path)
    assert caught.value.code == "key-file.invalid"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"{", b'{"a": 1}', b'{"a": {"size": 7}}', b"[" * 9000, b"\xff"],
)
def test_damaged_pin_stops_every_use(tmp_path, content):
    pins = FilePinStore(tmp_path)
    pins.save(VAULT, "here", {"size": "7"})
    (tmp_path / "pins" / f"{VAULT.hex()}.json").write_bytes(content)
    for use in (
        lambda: pins.load(VAULT, "here"),
        lambda: pins.others(VAULT, "here"),
        lambda: pins.save(VAULT, "here", {"size": "8"}),
    ):
        with pytest.raises(IntegrityViolated) as caught:
            use()
        assert caught.value.code == "pin.damaged"
        assert caught.value.hint


def test_pin_file_is_private(tmp_path):
    FilePinStore(tmp_path).save(VAULT, "here", {"size": "7"})
    path = tmp_path / "pins" / f"{VAULT.hex()}.json"
    assert path.stat().st_mode & 0o777 == 0o600
