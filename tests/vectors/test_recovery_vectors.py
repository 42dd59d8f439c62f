import ast
import base64
import importlib.util
import json
from pathlib import Path

import pytest

from ledgervault.crypto.kit_records import find_kit_record, open_kit, parse_kit_head
from ledgervault.crypto.recovery_shares import combine, open_resealed, verify_share

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "recovery.json").read_text())


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


decoder = module("recovery_decoder")
maker = module("make_recovery_vectors")
SIGNER = maker.MAKER.public.ed25519
KIT = base64.b64decode(ANSWERS["kit"])
SHARES = [base64.b64decode(text) for text in ANSWERS["shares"]]
RESEALED = [base64.b64decode(text) for text in ANSWERS["resealed"]]


def test_the_decoder_imports_nothing_of_the_product():
    assert "ledgervault" not in {
        name.split(".")[0]
        for node in ast.walk(ast.parse((HERE / "recovery_decoder.py").read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(one.name for one in node.names)]
        if name
    }


def test_kit_record_opens_with_its_code():
    ours = open_kit(KIT, maker.CODE)
    theirs = decoder.open_kit(KIT, maker.CODE)
    who = maker.WHO
    assert theirs == (maker.VAULT, who.identity_id, who.seed.raw)
    assert (ours.identity_id, ours.seed) == (who.identity_id, who.seed)
    assert parse_kit_head(KIT).vault == maker.VAULT


def test_the_same_salt_gives_the_same_kit_record():
    assert maker.kit() == KIT


def test_lines_of_the_kit_are_the_record():
    text = "\n".join(ANSWERS["kit_lines"])
    assert find_kit_record(text) == decoder.record_of_lines(text) == KIT


@pytest.mark.parametrize("at", range(6))
def test_share_is_signed_and_in_its_place(at):
    header = verify_share(SHARES[at], vault=maker.VAULT, maker_public=SIGNER)
    theirs = decoder.check_share(SHARES[at], maker.VAULT, SIGNER)
    assert theirs == (header.subset, header.member)
    assert theirs == [(3, 0), (3, 1), (5, 0), (5, 2), (6, 1), (6, 2)][at]


@pytest.mark.parametrize("subset", [3, 5, 6])
def test_shares_of_each_subset_xor_to_the_secret(subset):
    total = 0
    for record in SHARES:
        mask, member = decoder.check_share(record, maker.VAULT, SIGNER)
        if mask == subset:
            seed = maker.PEOPLE[member].seed.raw
            share = decoder.open_share(record, maker.VAULT, seed)
            total ^= int.from_bytes(share, "big")
    secret = total.to_bytes(32, "big")
    assert secret == maker.SECRET
    assert decoder.commitment(secret) == SHARES[0][64:96]


def test_shares_sealed_anew_give_the_secret():
    ours, theirs = {}, 0
    for record, sealed in zip(SHARES[4:], RESEALED, strict=True):
        ours[record] = open_resealed(
            sealed, record, vault=maker.VAULT, identity=maker.ASKER
        )
        seed = maker.ASKER.seed.raw
        share = decoder.open_resealed(sealed, record, maker.VAULT, seed)
        assert share == ours[record]
        theirs ^= int.from_bytes(share, "big")
    assert combine(ours) == theirs.to_bytes(32, "big") == maker.SECRET
