import os
import shutil
import subprocess
import sys

import pytest

from ledgervault.crypto.keys import Anchor
from ledgervault.errors import Conflict, IntegrityViolated
from ledgervault.formats.certificate import _ANCHORS, _WORDS
from ledgervault.storage.anchors import REMANENCE, FileAnchorStore
from ledgervault.storage.anchors_pkcs11 import (
    HARDWARE_REMANENCE,
    SOFTWARE_REMANENCE,
    TokenAnchorStore,
)
from ledgervault.storage.tokens import Token

SAID = {"file": "overwritten", "pkcs11": "destroyed inside a token made of software"}


@pytest.fixture(params=["file", "pkcs11"])
def anchors(request, tmp_path):
    if request.param == "file":
        store = FileAnchorStore(tmp_path / "anchor")
    else:
        soft = request.getfixturevalue("soft_token")
        token = Token(soft.module, soft.label, lambda _label: soft.pin)
        store = TokenAnchorStore(tmp_path / "anchor", os.urandom(16), token)
    assert store.name == request.param
    return store


def test_anchor_comes_back(anchors):
    assert list(anchors.epochs()) == []
    anchors.create(2, Anchor(b"b" * 32))
    anchors.create(1, Anchor(b"a" * 32))
    assert list(anchors.epochs()) == [1, 2]
    assert anchors.get(1).raw == b"a" * 32
    assert anchors.get(2).raw == b"b" * 32


def test_anchor_of_an_epoch_is_created_once(anchors):
    anchors.create(1, Anchor(b"a" * 32))
    with pytest.raises(Conflict):
        anchors.create(1, Anchor(b"b" * 32))
    assert anchors.get(1).raw == b"a" * 32


def test_destroyed_anchor_is_gone_and_says_how(anchors):
    anchors.create(1, Anchor(b"a" * 32))
    assert SAID[anchors.name] in anchors.destroy(1)
    assert list(anchors.epochs()) == []
    with pytest.raises(IntegrityViolated) as caught:
        anchors.get(1)
    assert caught.value.code == "anchor.missing"


def test_destruction_can_be_repeated(anchors):
    anchors.destroy(1)
    anchors.create(1, Anchor(b"a" * 32))
    anchors.destroy(1)
    assert anchors.destroy(1)


@pytest.mark.parametrize("epoch", [-1, 100_000_000])
def test_impossible_epoch_is_refused(anchors, epoch):
    with pytest.raises(IntegrityViolated):
        anchors.create(epoch, Anchor(b"a" * 32))


def test_an_anchor_of_another_epoch_is_not_taken_for_this_one(anchors, tmp_path):
    anchors.create(1, Anchor(b"a" * 32))
    anchors.create(2, Anchor(b"b" * 32))
    first, second = sorted((tmp_path / "anchor").iterdir())
    assert b"a" * 32 not in second.read_bytes()
    second.write_bytes(first.read_bytes())
    if anchors.name == "file":
        assert anchors.get(2).raw == b"a" * 32  # the ring page refuses it
        return
    with pytest.raises(IntegrityViolated) as caught:
        anchors.get(2)
    assert caught.value.code == "token.sealed"


def test_a_creation_cut_short_is_seen_and_can_be_destroyed(anchors, tmp_path):
    anchors.create(1, Anchor(b"a" * 32))
    for path in (tmp_path / "anchor").iterdir():
        path.unlink()
    assert list(anchors.epochs()) == ([] if anchors.name == "file" else [1])
    with pytest.raises(IntegrityViolated) as caught:
        anchors.get(1)
    assert caught.value.code == "anchor.missing"
    anchors.destroy(1)
    anchors.create(1, Anchor(b"c" * 32))
    assert anchors.get(1).raw == b"c" * 32


def test_a_copied_folder_of_a_software_token_brings_a_destroyed_anchor_back(
    soft_token, tmp_path
):
    vault, directory = os.urandom(16), tmp_path / "anchor"
    token = Token(soft_token.module, soft_token.label, lambda _label: soft_token.pin)
    store = TokenAnchorStore(directory, vault, token)
    store.create(1, Anchor(b"a" * 32))
    shutil.copytree(soft_token.directory, tmp_path / "tokens")
    shutil.copytree(directory, tmp_path / "anchor-before")
    store.destroy(1)
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from ledgervault.storage.anchors_pkcs11 import TokenAnchorStore\n"
        "from ledgervault.storage.tokens import Token\n"
        "module, label, pin, place, vault = sys.argv[1:]\n"
        "token = Token(Path(module), label, lambda _label: pin)\n"
        "store = TokenAnchorStore(Path(place), bytes.fromhex(vault), token)\n"
        "print(store.get(1).raw == b'a' * 32)\n"
    )
    argv = (str(soft_token.module), soft_token.label, soft_token.pin)
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            *argv,
            str(tmp_path / "anchor-before"),
            vault.hex(),
        ],
        env={**os.environ, "SOFTHSM2_CONF": str(configuration)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.returncode) == ("True\n", 0), ran


def test_a_token_never_gives_the_key_of_an_anchor_out(soft_token):
    from pkcs11 import Attribute, AttributeSensitive

    token = Token(soft_token.module, soft_token.label, lambda _label: soft_token.pin)
    name = f"lv-anchor-test-{os.urandom(4).hex()}"
    token.create_key(name)
    key = token._key(name)
    with pytest.raises(AttributeSensitive):
        key[Attribute.VALUE]
    assert (key[Attribute.EXTRACTABLE], key[Attribute.WRAP]) == (False, False)
    token.destroy_key(name)
    assert not token.has_key(name)


def test_a_certificate_says_in_both_languages_what_each_driver_gives():
    said = {REMANENCE, HARDWARE_REMANENCE, SOFTWARE_REMANENCE}
    assert {_WORDS[key][1] for key in _ANCHORS} == said
    assert len({_WORDS[key][0] for key in _ANCHORS}) == len(said)
