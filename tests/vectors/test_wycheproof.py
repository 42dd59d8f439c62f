import hashlib
import json
import zlib
from pathlib import Path

import pytest
from cryptography.cobblestone import Cobblestone128Decryptor, Cobblestone256Decryptor
from cryptography.exceptions import InvalidTag

from ledgervault.crypto.reader import ChunkedReader
from ledgervault.errors import LedgerVaultError

FOLDER = Path(__file__).parent / "wycheproof"
RECIPES = {128: Cobblestone128Decryptor, 256: Cobblestone256Decryptor}


def vectors(bits):
    corpus = json.loads(
        (FOLDER / f"wycheproof_chunked_aes_{bits}_gcm.json").read_text()
    )
    return [test for group in corpus["testGroups"] for test in group["tests"]]


def ciphertext(test):
    raw = bytes.fromhex(test["ct"])
    return zlib.decompress(raw) if raw[:2] == b"\x78\xda" else raw


def read_whole(test):
    raw = ciphertext(test)
    context = bytes.fromhex(test["ctx"])

    def read_at(offset, size):
        return raw[offset : offset + size]

    reader = ChunkedReader(read_at, len(raw), bytes.fromhex(test["key"]), context)
    backwards = [
        reader.read(start, 5000) for start in reversed(range(0, reader.size or 1, 5000))
    ]
    return b"".join(reversed(backwards))


def decrypt(test, bits):
    recipe = RECIPES[bits](bytes.fromhex(test["key"]), bytes.fromhex(test["ctx"]))
    return recipe.update(ciphertext(test)) + recipe.finalize()


@pytest.mark.parametrize("bits", [128, 256])
def test_corpus_is_whole(bits):
    assert len(vectors(bits)) == 35
    assert {test["result"] for test in vectors(bits)} == {"valid", "invalid"}


@pytest.mark.parametrize("bits", [128, 256])
def test_reader_and_recipe_open_every_valid_vector(bits):
    for test in vectors(bits):
        if test["result"] == "invalid":
            continue
        for plain in (read_whole(test), decrypt(test, bits)):
            digest = hashlib.sha512(plain).hexdigest()
            assert digest == test["msgSha512"], test["comment"]


@pytest.mark.parametrize("bits", [128, 256])
def test_reader_and_recipe_refuse_every_invalid_vector(bits):
    for test in vectors(bits):
        if test["result"] == "valid":
            continue
        with pytest.raises(LedgerVaultError):
            read_whole(test)
        with pytest.raises((InvalidTag, ValueError)):
            decrypt(test, bits)
