"""Make tests/vectors/crypto.json. Run once; the answers are frozen then.

python tests/vectors/make_crypto_vectors.py > tests/vectors/crypto.json

Keys and random bytes are fixed, so most records can be made again byte for byte
(`REPEATABLE`). Blobs and grants draw their salts inside the library: those answers
can only be opened.
"""

import base64
import contextlib
import hashlib
import itertools
import json
import secrets
import sys

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto import keys
from ledgervault.crypto.blobs import BlobBinding, seal_blob
from ledgervault.crypto.columns import ColumnPlace, seal_columns
from ledgervault.crypto.fixity import blind_token, commit_content, dedup_token
from ledgervault.crypto.ggm import FolderKeys, Node, derive_shred_key
from ledgervault.crypto.grants import GrantHeader, GrantKind, seal_grant
from ledgervault.crypto.heads import RingHead, sign_head
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    SlotKind,
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.pages import seal_page
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    add_recovery_slot,
    empty_slot,
    fill_slot,
    join_factors,
    stretch,
)
from ledgervault.crypto.suites import Suite
from ledgervault.crypto.wraps import WrapBinding, WrapHeader, wrap_dek

VAULT, DOCUMENT, BLOB, CLIENT, OTHER = (bytes([n]) * 16 for n in (1, 2, 3, 4, 6))
FOLDER, COMPARTMENT = b"folder01", bytes([5]) * 16
SIZES = (0, 1, 16_367, 16_368, 16_369, 100_000)
LEAVES = (0, 1, 65_535)
PUNCTURED = (0, 7, 65_535)
LEAVES_AFTER = (0, 1, 6, 7, 8, 65_534, 65_535)
COLUMNS = b'{"title":"x"}'
TEXT = b"ledger line\n" * 3000
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
PASSPHRASE = "正确 马 电池 订书针 Käse"
REPEATABLE = frozenset(
    {
        "identity",
        "recovery_code",
        "identity_file",
        "wrap",
        "columns",
        "leaves",
        "leaves_after",
        "page",
        "head",
        "tokens",
        "token_identity_file",
    }
)


def secret(kind, number):
    return kind(bytes([number]) * 32)


WHO = Identity(bytes([9]) * 16, secret(keys.IdentitySeed, 9))
DEK, KEK, META = secret(keys.Dek, 10), secret(keys.DocKek, 11), secret(keys.MetaKek, 12)
SHRED, RING = secret(keys.ShredKey, 13), secret(keys.RingKey, 14)
ANCHOR, TOKEN_KEY = secret(keys.Anchor, 15), secret(keys.DedupKey, 17)
SLOT_KEY = secret(keys.SlotKey, 18)
BLOB_BINDING = BlobBinding(VAULT, DOCUMENT, 1, BLOB)
WRAP_BINDING = WrapBinding(VAULT, DOCUMENT, 1)
PLACE = ColumnPlace("documents", DOCUMENT, "details", 3)
WHOLE = FolderKeys(FOLDER, 1, (Node(0, 0, bytes([16]) * 32),))
SECOND = FolderKeys(b"folder00", 2, (Node(0, 0, bytes([19]) * 32),))


def pattern(size):
    return hashlib.shake_128(b"content %d" % size).digest(size)


def encoded(raw):
    return base64.b64encode(raw).decode()


@contextlib.contextmanager
def fixed_random_bytes():
    drawn, numbers = secrets.token_bytes, itertools.count()

    def fixed(size):
        return hashlib.shake_128(b"ledgervault %d" % next(numbers)).digest(size)

    secrets.token_bytes = fixed
    try:
        yield
    finally:
        secrets.token_bytes = drawn


def made():
    with fixed_random_bytes():
        code = generate_recovery_code()
        page = ring_page()
        return {
            "identity": identity(),
            "recovery_code": code,
            "identity_file": encoded(identity_file(code)),
            "grant": encoded(grant()),
            "wrap": encoded(wrap()),
            "columns": encoded(columns()),
            "blobs": {str(size): blob(pattern(size)) for size in SIZES},
            "suite_2_blob": blob(pattern(16_369), suite=Suite.COBBLESTONE_128),
            "text_blob": blob(TEXT, may_compress=True),
            "leaves": leaves(WHOLE, LEAVES),
            "leaves_after": leaves(WHOLE.puncture(PUNCTURED), LEAVES_AFTER),
            "page": encoded(page),
            "head": encoded(head(page)),
            "tokens": tokens(),
            "token_identity_file": encoded(token_identity_file()),
        }


def identity():
    public = WHO.public
    return {
        "public": encoded(public.serialise()),
        "fingerprint": public.fingerprint(),
    }


def identity_file(code):
    file = add_passphrase_slot(create_identity_file(WHO), WHO, PASSPHRASE, CHEAP)
    file = add_key_file_slot(file, WHO, SLOT_KEY)
    return serialise_identity_file(add_recovery_slot(file, WHO, code))


def token_identity_file():
    file = create_identity_file(WHO)
    token = empty_slot(SlotKind.PKCS11)
    file = fill_slot(file, token, SLOT_KEY, WHO)
    both = empty_slot(SlotKind.PASSPHRASE_AND_TOKEN, CHEAP.new)
    key = join_factors(stretch(file, both, PASSPHRASE), SLOT_KEY)
    file = fill_slot(file, both, key, WHO)
    keyring = empty_slot(SlotKind.KEYRING)
    return serialise_identity_file(fill_slot(file, keyring, SLOT_KEY, WHO))


def grant():
    who = WHO.identity_id
    header = GrantHeader(COMPARTMENT, GrantKind.DOC, 1, who, who, 7)
    return seal_grant(KEK, header, vault=VAULT, recipient=WHO.public, granter=WHO)


def wrap():
    header = WrapHeader(Suite.COBBLESTONE_256, 1, COMPARTMENT, FOLDER, 5)
    return wrap_dek(DEK, kek=KEK, shred=SHRED, header=header, binding=WRAP_BINDING)


def columns():
    return seal_columns(COLUMNS, kek=META, shred=SHRED, kek_epoch=2, place=PLACE)


def blob(content, *, suite=Suite.COBBLESTONE_256, may_compress=False):
    record = seal_blob(
        content, DEK, BLOB_BINDING, suite=suite, may_compress=may_compress
    )
    return {
        "content_sha256": hashlib.sha256(content).hexdigest(),
        "record": encoded(record),
    }


def leaves(folder, wanted):
    return {
        str(leaf): derive_shred_key(folder, VAULT, leaf).raw.hex()
        if folder.is_derivable(leaf)
        else None
        for leaf in wanted
    }


def ring_page():
    return seal_page(
        [WHOLE.puncture(PUNCTURED), SECOND],
        anchor=ANCHOR,
        ring_key=RING,
        vault=VAULT,
        client=CLIENT,
        epoch=3,
    )


def head(page):
    pages = {CLIENT: hashlib.sha256(page).digest(), OTHER: bytes(32), VAULT: bytes(32)}
    return sign_head(RingHead(3, VAULT, WHO.identity_id, 42, pages), WHO)


def tokens():
    digest = hashlib.sha256(b"x").digest()
    folder = ("folder", "cn.voucher.source", "FY2026", "1")
    return {
        "fixity": commit_content(DEK, digest).hex(),
        "duplicate": dedup_token(TOKEN_KEY, digest).hex(),
        "folder": blind_token(TOKEN_KEY, *folder).hex(),
    }


if __name__ == "__main__":
    json.dump(made(), sys.stdout, indent=1)
    sys.stdout.write("\n")
