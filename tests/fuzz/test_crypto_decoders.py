from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto import keys
from ledgervault.crypto.blobs import MAGIC, BlobBinding, open_blob
from ledgervault.crypto.columns import ColumnPlace, open_columns
from ledgervault.crypto.grants import open_grant
from ledgervault.crypto.heads import parse_head
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.pages import open_page
from ledgervault.crypto.recovery import parse_recovery_code
from ledgervault.crypto.wraps import WrapBinding, unwrap_dek
from ledgervault.errors import LedgerVaultError
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.checkpoints import parse_checkpoint, verify_checkpoint
from ledgervault.ledger.entries import parse_event, parse_verified
from ledgervault.ledger.export import read_export
from ledgervault.ledger.notes import parse_note

V = b"v" * 16
WHO = Identity(V, keys.IdentitySeed(b"s" * 32))
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
DEK, KEK, META = keys.Dek(V * 2), keys.DocKek(V * 2), keys.MetaKek(V * 2)
SHRED, ANCHOR, RING = keys.ShredKey(V * 2), keys.Anchor(V * 2), keys.RingKey(V * 2)

DECODERS = (
    lambda raw: b"".join(open_blob([raw], DEK, BlobBinding(V, V, 1, V))),
    lambda raw: unwrap_dek(raw, kek=KEK, shred=SHRED, binding=WrapBinding(V, V, 1)),
    lambda raw: open_columns(raw, kek=META, shred=SHRED, place=ColumnPlace("t", V, "c", 1)),
    lambda raw: open_grant(raw, vault=V, identity=WHO, granter_public=WHO.public.ed25519),
    lambda raw: parse_identity_file(raw, CHEAP),
    lambda raw: open_page(raw, anchor=ANCHOR, ring_key=RING, vault=V, client=V, epoch=1),
    parse_head,
    lambda raw: parse_recovery_code(raw.decode("latin-1")),
    parse_canonical,
    parse_event,
    parse_verified,
    lambda raw: parse_note(raw.decode("latin-1")),
    lambda raw: parse_checkpoint(raw.decode("latin-1")),
    lambda raw: verify_checkpoint(raw.decode("latin-1"), origin="o", keys={}),
    lambda raw: read_export(raw.splitlines(keepends=True)),
)
HEADS = (b"", MAGIC + b"\0\1\0\2", b"\1\1\0\1", b"\2\1\0\1", b"\3\1\0\1", b"LVID\0\1\0\1", b"LVRING\0\1\0\1\0\0", b"LVHEAD\0\1\0\1\0\0", b'{"v":1', b"[" * 5000, b"ledgervault/x\n1\n", "— ".encode())


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(DECODERS), st.sampled_from(HEADS), st.binary(max_size=2000))
def test_no_decoder_raises_anything_but_its_own_errors(decode, head, rest):
    try:
        decode(head + rest)
    except LedgerVaultError:
        return
