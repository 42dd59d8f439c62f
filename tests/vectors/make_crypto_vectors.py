"""Make tests/vectors/crypto.json. Run once; the answers are frozen then.

python tests/vectors/make_crypto_vectors.py > tests/vectors/crypto.json
"""

import base64
import hashlib
import json
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
from ledgervault.crypto.identity_file import create_identity_file, serialise_identity_file
from ledgervault.crypto.pages import seal_page
from ledgervault.crypto.slots import add_passphrase_slot
from ledgervault.crypto.suites import Suite
from ledgervault.crypto.wraps import WrapBinding, WrapHeader, wrap_dek

VAULT, DOCUMENT, BLOB, CLIENT = (bytes([n]) * 16 for n in (1, 2, 3, 4))
FOLDER, COMPARTMENT = b"folder01", bytes([5]) * 16
SIZES = (0, 1, 16367, 16368, 16369, 100_000)
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
PASSPHRASE = "正确 马 电池 订书针"


def pattern(size):
    return hashlib.shake_128(b"content %d" % size).digest(size)


def encoded(raw):
    return base64.b64encode(raw).decode()


def secret(kind, number):
    return kind(bytes([number]) * 32)


def made():
    identity = Identity(bytes([9]) * 16, secret(keys.IdentitySeed, 9))
    dek, kek, meta = secret(keys.Dek, 10), secret(keys.DocKek, 11), secret(keys.MetaKek, 12)
    shred, ring, anchor = secret(keys.ShredKey, 13), secret(keys.RingKey, 14), secret(keys.Anchor, 15)
    whole = FolderKeys(FOLDER, 1, (Node(0, 0, bytes([16]) * 32),))
    left = whole.puncture((0, 7, 65535))
    file = add_passphrase_slot(create_identity_file(identity), identity, PASSPHRASE, CHEAP)
    binding = BlobBinding(VAULT, DOCUMENT, 1, BLOB)
    page = seal_page([left], anchor=anchor, ring_key=ring, vault=VAULT, client=CLIENT, epoch=3)
    head = RingHead(3, VAULT, identity.identity_id, 42, {CLIENT: hashlib.sha256(page).digest()})
    header = GrantHeader(COMPARTMENT, GrantKind.DOC, 1, identity.identity_id, identity.identity_id, 7)
    return {
        "identity": {"public": encoded(identity.public.serialise()), "fingerprint": identity.public.fingerprint()},
        "identity_file": encoded(serialise_identity_file(file)),
        "grant": encoded(seal_grant(kek, header, vault=VAULT, recipient=identity.public, granter=identity)),
        "wrap": encoded(
            wrap_dek(
                dek,
                kek=kek,
                shred=shred,
                header=WrapHeader(Suite.COBBLESTONE_256, 1, COMPARTMENT, FOLDER, 5),
                binding=WrapBinding(VAULT, DOCUMENT, 1),
            )
        ),
        "columns": encoded(
            seal_columns(b'{"title":"x"}', kek=meta, shred=shred, kek_epoch=2, place=ColumnPlace("documents", DOCUMENT, "details", 3))
        ),
        "blobs": {str(size): encoded(seal_blob(pattern(size), dek, binding)) for size in SIZES},
        "text_blob": encoded(seal_blob(b"ledger line\n" * 3000, dek, binding)),
        "leaves": {str(leaf): derive_shred_key(whole, VAULT, leaf).raw.hex() for leaf in (0, 1, 65535)},
        "page": encoded(page),
        "head": encoded(sign_head(head, identity)),
        "fixity": commit_content(dek, hashlib.sha256(b"x").digest()).hex(),
        "dedup": dedup_token(secret(keys.DedupKey, 17), hashlib.sha256(b"x").digest()).hex(),
        "token": blind_token(secret(keys.DedupKey, 17), "folder", "cn.voucher.source", "FY2026", "1").hex(),
    }


if __name__ == "__main__":
    json.dump(made(), sys.stdout, indent=1)
