import base64
import json
from pathlib import Path

import pytest

from ledgervault.errors import LedgerVaultError
from ledgervault.ledger.proofs import verify_consistency, verify_inclusion

FOLDER = Path(__file__).parent / "merkle"


def cases(kind):
    return sorted((FOLDER / kind).rglob("*.json"))


def raw(text):
    return base64.b64decode(text) if text else b""


def hashes(items):
    return [raw(item) for item in items or ()]


def check(path, verify):
    case = json.loads(path.read_text())
    if not case["wantErr"]:
        verify(case)
        return
    with pytest.raises(LedgerVaultError):
        verify(case)


def inclusion(case):
    verify_inclusion(
        raw(case["leafHash"]),
        index=case["leafIdx"],
        size=case["treeSize"],
        proof=hashes(case["proof"]),
        root=raw(case["root"]),
    )


def consistency(case):
    verify_consistency(
        old_size=case["size1"],
        new_size=case["size2"],
        old_root=raw(case["root1"]),
        new_root=raw(case["root2"]),
        proof=hashes(case["proof"]),
    )


def test_the_corpus_is_whole():
    assert len(cases("inclusion")) > 90
    assert len(cases("consistency")) > 90


@pytest.mark.parametrize(
    "path", cases("inclusion"), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_inclusion_vector(path):
    check(path, inclusion)


@pytest.mark.parametrize(
    "path", cases("consistency"), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_consistency_vector(path):
    check(path, consistency)
