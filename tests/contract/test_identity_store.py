from pathlib import Path

import pytest

from ledgervault.errors import (
    Conflict,
    NotAuthorised,
    NotFound,
    UsageInvalid,
)
from ledgervault.storage.identities import FileIdentityStore


@pytest.fixture(params=["files"])
def identities(request, tmp_path):
    assert request.param == "files"
    return FileIdentityStore(tmp_path / "config")


def test_identity_comes_back_by_name(identities):
    path = identities.save("wang.min", b"sealed")
    assert path.endswith("wang.min.identity")
    assert identities.load("wang.min") == ("wang.min", b"sealed")


def test_only_identity_needs_no_name(identities):
    identities.save("王敏", b"sealed")
    assert identities.names() == ["王敏"]
    assert identities.load(None) == ("王敏", b"sealed")


def test_several_identities_need_a_choice(identities):
    identities.save("b", b"2")
    identities.save("a", b"1")
    with pytest.raises(UsageInvalid) as caught:
        identities.load(None)
    assert "a, b" in caught.value.message


def test_identity_of_the_vault_is_chosen_among_several(identities):
    for name in ("a", "b", "c"):
        identities.save(name, name.encode() * 100)
    assert identities.load(None, lambda head: head[:1] == b"b")[0] == "b"
    assert identities.load("c", lambda head: head[:1] == b"b")[0] == "c"


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        (b"ab", "several identities are on this machine: a, b"),
        (b"", "none of the identities on this machine is of this vault: a, b, c"),
    ],
)
def test_several_or_none_of_the_vault_need_a_choice(identities, ours, told):
    for name in ("a", "b", "c"):
        identities.save(name, name.encode() * 100)
    with pytest.raises(UsageInvalid) as caught:
        identities.load(None, lambda head: head[0] in ours)
    assert caught.value.message == told
    assert "--as NAME" in caught.value.hint


def test_only_identity_is_tried_whosever_it_is(identities):
    identities.save("a", b"1" * 100)
    assert identities.load(None, lambda _head: False)[0] == "a"


def test_no_identity_is_not_authorised(identities):
    with pytest.raises(NotAuthorised) as caught:
        identities.load(None)
    assert caught.value.code == "identity.none"
    assert caught.value.hint


def test_unknown_identity_is_not_found(identities):
    identities.save("a", b"1")
    with pytest.raises(NotFound) as caught:
        identities.load("b")
    assert "a" in caught.value.hint


def test_identity_is_never_overwritten(identities):
    identities.save("a", b"1")
    with pytest.raises(Conflict):
        identities.save("a", b"2")
    assert identities.load("a") == ("a", b"1")


def test_identity_is_exchanged_only_for_what_was_read(identities):
    path = Path(identities.save("a", b"1"))
    identities.replace_file(path, b"2", expected=b"1")
    assert identities.load("a") == ("a", b"2")
    with pytest.raises(Conflict) as caught:
        identities.replace_file(path, b"3", expected=b"1")
    assert caught.value.code == "identity.changed"
    assert identities.load("a") == ("a", b"2")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a",
        "a/b",
        "-rf",
        ".hidden",
        "a\x00b",
        "a\nb",
        "字" * 22,
        "a b",
    ],
)
def test_unsafe_name_is_refused(identities, name):
    for act in (lambda: identities.save(name, b"1"), lambda: identities.load(name)):
        with pytest.raises(UsageInvalid) as caught:
            act()
        assert caught.value.code == "identity.name"
