import ast
import base64
import hashlib
import importlib.util
import json
import unicodedata
from pathlib import Path

import pytest

from ledgervault.crypto.blobs import open_blob
from ledgervault.crypto.columns import open_columns
from ledgervault.crypto.ggm import FolderKeys, Node, derive_shred_key
from ledgervault.crypto.grants import open_grant
from ledgervault.crypto.heads import verify_head
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.pages import open_page
from ledgervault.crypto.reader import BlobReader
from ledgervault.crypto.recovery import parse_recovery_code
from ledgervault.crypto.slots import (
    join_factors,
    open_slot,
    stretch,
    unlock_with_key,
    unlock_with_passphrase,
    unlock_with_recovery,
)
from ledgervault.crypto.wraps import unwrap_dek
from ledgervault.errors import NotFound

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "crypto.json").read_text())


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


second = module("second_decoder")
maker = module("make_crypto_vectors")
VAULT, DOCUMENT = maker.VAULT, maker.DOCUMENT
SEED, WHO_ID = maker.WHO.seed.raw, maker.WHO.identity_id
SIGNER = maker.WHO.public.ed25519


def raw(text):
    return base64.b64decode(text, validate=True)


def record(name):
    return raw(ANSWERS[name])


def opened_twice(answer):
    blob = raw(answer["record"])
    pieces = [blob[at : at + 1000] for at in range(0, len(blob), 1000)]
    ours = b"".join(open_blob(pieces, maker.DEK, maker.BLOB_BINDING))
    theirs = second.open_blob(blob, maker.DEK.raw, VAULT, DOCUMENT, 1, maker.BLOB)
    assert hashlib.sha256(ours).hexdigest() == answer["content_sha256"]
    assert theirs == ours
    return ours


def test_second_decoder_imports_nothing_of_the_product():
    tree = ast.parse((HERE / "second_decoder.py").read_text())
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(one.name for one in node.names)]
        if name
    }
    assert "cryptography.exceptions" in imported
    assert not [name for name in imported if name.startswith("ledgervault")]


def test_every_frozen_answer_is_known_to_the_maker():
    assert set(ANSWERS) > maker.REPEATABLE
    assert set(ANSWERS) == {*maker.made()}


@pytest.mark.parametrize("name", sorted(maker.REPEATABLE))
def test_the_same_random_bytes_give_the_same_record(name):
    assert maker.made()[name] == ANSWERS[name]


def test_identity_from_its_seed():
    public = raw(ANSWERS["identity"]["public"])
    assert maker.WHO.public.serialise() == public == second.keys_of(SEED)[2]
    shown = ANSWERS["identity"]["fingerprint"]
    assert maker.WHO.public.fingerprint() == shown == second.fingerprint(public)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_passphrase_slot_in_any_normal_form(form):
    passphrase = unicodedata.normalize(form, maker.PASSPHRASE)
    file = parse_identity_file(record("identity_file"), maker.CHEAP)
    assert unlock_with_passphrase(file, passphrase, maker.CHEAP).seed.raw == SEED
    key = second.passphrase_key(passphrase)
    assert second.unlock(record("identity_file"), key) == SEED


def test_key_file_slot():
    file = parse_identity_file(record("identity_file"), maker.CHEAP)
    assert unlock_with_key(file, maker.SLOT_KEY).seed.raw == SEED
    key = second.key_file_key(maker.SLOT_KEY.raw)
    assert second.unlock(record("identity_file"), key) == SEED


def test_recovery_slot():
    code = ANSWERS["recovery_code"]
    assert parse_recovery_code(code) == second.recovery_secret(code)
    file = parse_identity_file(record("identity_file"), maker.CHEAP)
    assert unlock_with_recovery(file, code).seed.raw == SEED
    assert second.unlock(record("identity_file"), second.recovery_key(code)) == SEED


def test_slots_of_keyring_and_token_and_of_both_factors():
    raw_file, key = record("token_identity_file"), maker.SLOT_KEY
    file = parse_identity_file(raw_file, maker.CHEAP)
    token, both, keyring = file.slots
    joined = join_factors(stretch(file, both, maker.PASSPHRASE), key)
    ours = [
        open_slot(file, slot, one).seed.raw
        for slot, one in ((token, key), (both, joined), (keyring, key))
    ]
    theirs = [
        second.unlock(raw_file, one)
        for one in (
            second.token_key(key.raw),
            second.both_key(maker.PASSPHRASE, key.raw),
            second.keyring_key(key.raw),
        )
    ]
    assert ours == theirs == [SEED] * 3


def test_grant():
    grant = record("grant")
    ours = open_grant(grant, vault=VAULT, identity=maker.WHO, granter_public=SIGNER)
    theirs = second.open_grant(grant, VAULT, WHO_ID, SEED, SIGNER)
    assert ours == theirs == maker.KEK.raw


def test_wrap():
    kek, shred = maker.KEK, maker.SHRED
    binding = maker.WRAP_BINDING
    ours = unwrap_dek(record("wrap"), kek=kek, shred=shred, binding=binding)
    theirs = second.unwrap(record("wrap"), kek.raw, shred.raw, VAULT, DOCUMENT, 1)
    assert ours.raw == theirs == maker.DEK.raw


def test_columns():
    kek, shred, place = maker.META, maker.SHRED, maker.PLACE
    ours = open_columns(record("columns"), kek=kek, shred=shred, place=place)
    where = ("documents", DOCUMENT, "details", 3)
    theirs = second.open_columns(record("columns"), kek.raw, shred.raw, *where)
    assert ours == theirs == maker.COLUMNS


@pytest.mark.parametrize("size", maker.SIZES)
def test_blob(size):
    answer = ANSWERS["blobs"][str(size)]
    content = opened_twice(answer)
    assert content == maker.pattern(size)
    blob = raw(answer["record"])
    reader = BlobReader(
        lambda at, n: blob[at : at + n], len(blob), maker.DEK, maker.BLOB_BINDING
    )
    assert reader.size == size
    assert reader.read(size // 3, 5000) == content[size // 3 :][:5000]


def test_blob_of_the_second_suite():
    assert opened_twice(ANSWERS["suite_2_blob"]) == maker.pattern(16_369)


def test_compressed_blob():
    assert len(raw(ANSWERS["text_blob"]["record"])) < 1000
    assert opened_twice(ANSWERS["text_blob"]) == maker.TEXT


@pytest.mark.parametrize("name", ["leaves", "leaves_after"])
def test_leaves_of_a_whole_and_of_a_punctured_tree(name):
    whole = maker.WHOLE
    folder = whole if name == "leaves" else whole.puncture(maker.PUNCTURED)
    nodes = [(node.depth, node.prefix, node.seed) for node in folder.nodes]
    for leaf, answer in ANSWERS[name].items():
        theirs = second.leaf_key(nodes, VAULT, maker.FOLDER, int(leaf))
        assert (theirs.hex() if theirs else None) == answer
        if answer is None:
            with pytest.raises(NotFound):
                derive_shred_key(folder, VAULT, int(leaf))
        else:
            assert derive_shred_key(folder, VAULT, int(leaf)).raw.hex() == answer
    assert ANSWERS["leaves"]["1"] == ANSWERS["leaves_after"]["1"]
    assert [ANSWERS["leaves_after"][str(leaf)] for leaf in maker.PUNCTURED] == [
        None
    ] * 3


def test_page():
    page, place = record("page"), {"vault": VAULT, "client": maker.CLIENT, "epoch": 3}
    ours = open_page(page, anchor=maker.ANCHOR, ring_key=maker.RING, **place)
    assert ours == (maker.SECOND, maker.WHOLE.puncture(maker.PUNCTURED))
    theirs = second.open_page(page, maker.ANCHOR.raw, maker.RING.raw, **place)
    rebuilt = (
        FolderKeys(folder, state, tuple(Node(*node) for node in nodes))
        for folder, (state, nodes) in theirs.items()
    )
    assert tuple(rebuilt) == ours


def test_head():
    head = verify_head(record("head"), vault=VAULT, signer_public=SIGNER)
    assert (head.epoch, head.signer, head.log_size) == (3, WHO_ID, 42)
    assert head.pages[maker.CLIENT] == hashlib.sha256(record("page")).digest()
    assert len(head.pages) == 3
    theirs = second.open_head(record("head"), VAULT, SIGNER)
    assert theirs == (3, WHO_ID, 42, dict(head.pages))


def test_tokens():
    digest, key = hashlib.sha256(b"x").digest(), maker.TOKEN_KEY.raw
    theirs = {
        "fixity": second.fixity(maker.DEK.raw, digest),
        "duplicate": second.duplicate_token(key, digest),
        "folder": second.folder_token(key, "cn.voucher.source", "FY2026", 1),
    }
    assert {name: token.hex() for name, token in theirs.items()} == ANSWERS["tokens"]
