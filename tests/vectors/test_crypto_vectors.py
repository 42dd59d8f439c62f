import base64
import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from ledgervault.crypto import keys
from ledgervault.crypto.blobs import BlobBinding, open_blob
from ledgervault.crypto.columns import ColumnPlace, open_columns
from ledgervault.crypto.fixity import blind_token, commit_content, dedup_token
from ledgervault.crypto.ggm import FolderKeys, Node, derive_shred_key
from ledgervault.crypto.grants import open_grant
from ledgervault.crypto.heads import verify_head
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.pages import open_page
from ledgervault.crypto.reader import BlobReader
from ledgervault.crypto.slots import unlock_with_passphrase
from ledgervault.crypto.wraps import WrapBinding, unwrap_dek

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "crypto.json").read_text())


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


second = module("second_decoder")
maker = module("make_crypto_vectors")
VAULT, DOCUMENT, BLOB, CLIENT = maker.VAULT, maker.DOCUMENT, maker.BLOB, maker.CLIENT
SEED = bytes([9]) * 32


def raw(name):
    return base64.b64decode(ANSWERS[name])


def identity():
    return Identity(bytes([9]) * 16, keys.IdentitySeed(SEED))


def test_identity_from_its_seed():
    public = base64.b64decode(ANSWERS["identity"]["public"])
    assert identity().public.serialise() == public == second.keys_of(SEED)[2]
    assert identity().public.fingerprint() == ANSWERS["identity"]["fingerprint"]


def test_passphrase_slot():
    file = parse_identity_file(raw("identity_file"), maker.CHEAP)
    assert unlock_with_passphrase(file, maker.PASSPHRASE, maker.CHEAP).seed.raw == SEED
    assert second.unlock(raw("identity_file"), maker.PASSPHRASE) == SEED


def test_grant():
    signer = identity().public.ed25519
    opened = open_grant(raw("grant"), vault=VAULT, identity=identity(), granter_public=signer)
    assert opened == bytes([11]) * 32 == second.open_grant(raw("grant"), VAULT, SEED, signer)


def test_wrap():
    shred, kek = bytes([13]) * 32, bytes([11]) * 32
    opened = unwrap_dek(
        raw("wrap"), kek=keys.DocKek(kek), shred=keys.ShredKey(shred), binding=WrapBinding(VAULT, DOCUMENT, 1)
    )
    assert opened.raw == bytes([10]) * 32 == second.unwrap(raw("wrap"), kek, shred, VAULT, DOCUMENT, 1)


def test_columns():
    shred, kek = bytes([13]) * 32, bytes([12]) * 32
    opened = open_columns(
        raw("columns"),
        kek=keys.MetaKek(kek),
        shred=keys.ShredKey(shred),
        place=ColumnPlace("documents", DOCUMENT, "details", 3),
    )
    again = second.open_columns(raw("columns"), kek, shred, "documents", DOCUMENT, "details", 3)
    assert opened == b'{"title":"x"}' == again


@pytest.mark.parametrize("size", maker.SIZES)
def test_blob(size):
    blob = base64.b64decode(ANSWERS["blobs"][str(size)])
    dek, binding = keys.Dek(bytes([10]) * 32), BlobBinding(VAULT, DOCUMENT, 1, BLOB)
    wanted = maker.pattern(size)
    assert b"".join(open_blob([blob], dek, binding)) == wanted == second.open_blob(blob, dek.raw)
    reader = BlobReader(lambda at, n: blob[at : at + n], len(blob), dek, binding)
    assert reader.size == size
    assert reader.read(size // 3, 5000) == wanted[size // 3 :][:5000]


def test_compressed_blob():
    blob, dek = raw("text_blob"), keys.Dek(bytes([10]) * 32)
    wanted = b"ledger line\n" * 3000
    assert len(blob) < 1000
    pieces = [blob[at : at + 100] for at in range(0, len(blob), 100)]
    assert b"".join(open_blob(pieces, dek, BlobBinding(VAULT, DOCUMENT, 1, BLOB))) == wanted
    assert second.open_blob(blob, dek.raw) == wanted


def test_leaves_and_page():
    nodes = ((0, 0, bytes([16]) * 32),)
    whole = FolderKeys(maker.FOLDER, 1, (Node(*nodes[0]),))
    for leaf, answer in ANSWERS["leaves"].items():
        assert derive_shred_key(whole, VAULT, int(leaf)).raw.hex() == answer
        assert second.leaf_key(nodes, VAULT, maker.FOLDER, int(leaf)).hex() == answer
    anchor, ring = bytes([15]) * 32, bytes([14]) * 32
    opened = open_page(
        raw("page"), anchor=keys.Anchor(anchor), ring_key=keys.RingKey(ring), vault=VAULT, client=CLIENT, epoch=3
    )
    assert opened == (whole.puncture((0, 7, 65535)),)
    left = second.open_page(raw("page"), anchor, ring)[maker.FOLDER][1]
    assert second.leaf_key(left, VAULT, maker.FOLDER, 1).hex() == ANSWERS["leaves"]["1"]
    assert second.leaf_key(left, VAULT, maker.FOLDER, 7) is None


def test_head():
    signer = identity().public.ed25519
    head = verify_head(raw("head"), vault=VAULT, signer_public=signer)
    assert (head.epoch, head.log_size) == (3, 42)
    assert head.pages == {CLIENT: hashlib.sha256(raw("page")).digest()}
    assert second.open_head(raw("head"), signer) == (3, VAULT, bytes([9]) * 16, 42)


def test_tokens():
    digest = hashlib.sha256(b"x").digest()
    key = keys.DedupKey(bytes([17]) * 32)
    assert commit_content(keys.Dek(bytes([10]) * 32), digest).hex() == ANSWERS["fixity"]
    assert dedup_token(key, digest).hex() == ANSWERS["dedup"]
    assert blind_token(key, "folder", "cn.voucher.source", "FY2026", "1").hex() == ANSWERS["token"]
