import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto import keys
from ledgervault.crypto.blobs import (
    MAGIC,
    BlobBinding,
    open_blob,
    parse_blob_header,
    seal_blob,
)
from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    seal_columns,
)
from ledgervault.crypto.ggm import FolderKeys
from ledgervault.crypto.grants import (
    GrantHeader,
    GrantKind,
    open_grant,
    parse_grant_header,
    seal_grant,
    verify_grant,
)
from ledgervault.crypto.heads import RingHead, parse_head, sign_head, verify_head
from ledgervault.crypto.identity import Identity, parse_public_keys
from ledgervault.crypto.identity_file import (
    create_identity_file,
    parse_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.pages import open_page, parse_page_epoch, seal_page
from ledgervault.crypto.reader import BlobReader, ChunkedReader
from ledgervault.crypto.recovery import (
    generate_recovery_code,
    is_recovery_code,
    parse_recovery_code,
)
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    unlock_with_key,
    unlock_with_passphrase,
)
from ledgervault.crypto.suites import Suite
from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    unwrap_dek,
    wrap_dek,
)
from ledgervault.errors import LedgerVaultError
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.checkpoints import parse_checkpoint, verify_checkpoint
from ledgervault.ledger.entries import parse_event, parse_verified
from ledgervault.ledger.export import read_export
from ledgervault.ledger.notes import parse_note

V = b"v" * 16
WHO = Identity(V, keys.IdentitySeed(b"s" * 32))
SIGNER = WHO.public.ed25519
CHEAP = PassphraseCost(
    new=Argon2Cost(1, 1, 8), floor=Argon2Cost(1, 1, 8), ceiling=Argon2Cost(2, 4, 64)
)
DEK, KEK, META = keys.Dek(V * 2), keys.DocKek(V * 2), keys.MetaKek(V * 2)
SHRED, ANCHOR, RING = keys.ShredKey(V * 2), keys.Anchor(V * 2), keys.RingKey(V * 2)
SLOT_KEY = keys.SlotKey(V * 2)
BINDING, PLACE = BlobBinding(V, V, 1, V), ColumnPlace("t", V, "c", 1)
PAGE_PLACE = {
    "anchor": ANCHOR,
    "ring_key": RING,
    "vault": V,
    "client": V,
    "epoch": 1,
}


def opened(raw):
    return b"".join(open_blob([raw], DEK, BINDING))


def read_range(raw):
    reader = BlobReader(lambda at, n: raw[at : at + n], len(raw), DEK, BINDING)
    return reader.read(0, reader.size)


def read_chunks(raw):
    reader = ChunkedReader(lambda at, n: raw[at : at + n], len(raw), V, V)
    return reader.read(0, reader.size)


def unwrapped(raw):
    return unwrap_dek(raw, kek=KEK, shred=SHRED, binding=WrapBinding(V, V, 1))


def columns(raw):
    return open_columns(raw, kek=META, shred=SHRED, place=PLACE)


def granted(raw):
    return open_grant(raw, vault=V, identity=WHO, granter_public=SIGNER)


def unlocked(raw):
    return unlock_with_key(parse_identity_file(raw, CHEAP), SLOT_KEY).seed


def unlocked_by_passphrase(raw):
    file = parse_identity_file(raw, CHEAP)
    return unlock_with_passphrase(file, "passphrase", CHEAP).seed


def page(raw):
    return open_page(raw, **PAGE_PLACE)


def head(raw):
    return verify_head(raw, vault=V, signer_public=SIGNER)


CRYPTO_DECODERS = (
    opened,
    read_range,
    read_chunks,
    parse_blob_header,
    unwrapped,
    parse_wrap_header,
    columns,
    parse_column_epoch,
    granted,
    parse_grant_header,
    lambda raw: verify_grant(raw, vault=V, granter_public=SIGNER),
    lambda raw: parse_identity_file(raw, CHEAP),
    unlocked,
    unlocked_by_passphrase,
    parse_public_keys,
    page,
    parse_page_epoch,
    parse_head,
    head,
    lambda raw: parse_recovery_code(raw.decode("latin-1")),
    lambda raw: is_recovery_code(raw.decode("latin-1")),
)
LEDGER_DECODERS = (
    parse_canonical,
    parse_event,
    parse_verified,
    lambda raw: parse_note(raw.decode("latin-1")),
    lambda raw: parse_checkpoint(raw.decode("latin-1")),
    lambda raw: verify_checkpoint(raw.decode("latin-1"), origin="o", keys={}),
    lambda raw: read_export(raw.splitlines(keepends=True)),
)
HEADS = (
    b"",
    MAGIC + b"\0\1\0\2",
    MAGIC + b"\0\2\0\3" + b"\0\0\0\1" + V * 3,
    b"\1\1\0\1",
    b"\2\1\0\1",
    b"\3\1\0\1",
    b"LVID\0\1\0\1",
    b"LVID\0\1\0\1" + V + WHO.public.serialise(),
    b"LVRING\0\1\0\1\0\0",
    b"LVHEAD\0\1\0\1\0\0",
    b"LVR-",
    b'{"v":1',
    b"[" * 5000,
    b"ledgervault/x\n1\n",
    "— ".encode(),
)


def sealed_identity_file():
    file = add_passphrase_slot(create_identity_file(WHO), WHO, "passphrase", CHEAP)
    return serialise_identity_file(add_key_file_slot(file, WHO, SLOT_KEY))


def sealed_head():
    pages = {bytes([n]) * 16: bytes([n]) * 32 for n in range(3)}
    return sign_head(RingHead(1, V, V, 9, pages), WHO)


PAPER = b"voucher 4711\n" * 2000
GRANT_HEADER = GrantHeader(V, GrantKind.DOC, 1, V, V, 1)
GENUINE = {
    "blob": (seal_blob(PAPER[:9000], DEK, BINDING, may_compress=False), opened),
    "compressed blob": (seal_blob(PAPER, DEK, BINDING), opened),
    "range": (seal_blob(PAPER, DEK, BINDING, may_compress=False), read_range),
    "wrap": (
        wrap_dek(
            DEK,
            kek=KEK,
            shred=SHRED,
            header=WrapHeader(Suite.COBBLESTONE_256, 1, V, V[:8], 5),
            binding=WrapBinding(V, V, 1),
        ),
        unwrapped,
    ),
    "columns": (
        seal_columns(PAPER[:99], kek=META, shred=SHRED, kek_epoch=1, place=PLACE),
        columns,
    ),
    "grant": (
        seal_grant(KEK, GRANT_HEADER, vault=V, recipient=WHO.public, granter=WHO),
        granted,
    ),
    "page": (
        seal_page([FolderKeys.fresh(V[:8]).puncture([1, 2, 9])], **PAGE_PLACE),
        page,
    ),
    "head": (sealed_head(), head),
}
IDENTITY_FILE = sealed_identity_file()
CODE = generate_recovery_code()


def attempt(decode, raw):
    """Return what a decoder makes of bytes; None where it refuses in its own words."""
    try:
        return decode(raw)
    except LedgerVaultError:
        return None


def damaged(data, record):
    """Draw a record that differs: flipped, cut, lengthened, spliced or overwritten."""
    at = data.draw(st.integers(0, len(record) - 1))
    end = data.draw(st.integers(at + 1, min(len(record), at + 80)))
    other = data.draw(st.binary(max_size=80))
    flipped = record[at] ^ data.draw(st.integers(1, 255))
    forms = (
        record[:at] + bytes([flipped]) + record[at + 1 :],
        record[:at],
        record[at + 1 :],
        record + (other or b"\0"),
        record[:at] + other + record[end:],
        record[:at] + record[end:] + record[at:end],
    )
    return data.draw(st.sampled_from(forms))


@settings(deadline=None, max_examples=800)
@given(
    st.sampled_from(CRYPTO_DECODERS + LEDGER_DECODERS),
    st.sampled_from(HEADS),
    st.binary(max_size=2000),
)
def test_no_decoder_raises_anything_but_its_own_errors(decode, head_bytes, rest):
    try:
        decode(head_bytes + rest)
    except LedgerVaultError as error:
        refusal = error
    else:
        return
    assert refusal.message
    assert refusal.code


@pytest.mark.parametrize("name", sorted(GENUINE))
def test_the_genuine_record_opens(name):
    record, decode = GENUINE[name]
    assert attempt(decode, record) is not None


@pytest.mark.parametrize("name", sorted(GENUINE))
@settings(deadline=None, max_examples=80)
@given(st.data())
def test_a_damaged_record_is_refused(name, data):
    record, decode = GENUINE[name]
    bad = damaged(data, record)
    assert bad == record or attempt(decode, bad) is None


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([unlocked, unlocked_by_passphrase]), st.data())
def test_a_damaged_identity_file_gives_the_seed_or_nothing(unlock, data):
    # The other slot may be damaged where this one is whole.
    assert attempt(unlock, IDENTITY_FILE) == WHO.seed
    assert attempt(unlock, damaged(data, IDENTITY_FILE)) in {WHO.seed, None}


@settings(deadline=None, max_examples=200)
@given(st.integers(4, len(CODE) - 1), st.characters(exclude_categories=["Cs"]))
def test_a_misread_recovery_code_gives_the_secret_or_nothing(at, letter):
    misread = CODE[:at] + letter + CODE[at + 1 :]
    assert attempt(parse_recovery_code, misread) in {parse_recovery_code(CODE), None}


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=60))
def test_any_text_is_a_recovery_code_or_refused(text):
    found = attempt(parse_recovery_code, text)
    assert found is None or len(found) == 20
