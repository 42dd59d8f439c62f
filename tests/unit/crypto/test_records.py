import dataclasses

import pytest

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto import keys
from ledgervault.crypto.blobs import (
    BlobBinding,
    BlobSealer,
    open_blob,
    parse_blob_header,
    seal_blob,
)
from ledgervault.crypto.columns import ColumnPlace, open_columns, seal_columns
from ledgervault.crypto.ggm import FolderKeys, Node, derive_shred_key
from ledgervault.crypto.grants import GrantHeader, GrantKind, open_grant, seal_grant
from ledgervault.crypto.heads import RingHead, parse_head, sign_head, verify_head
from ledgervault.crypto.identity import Identity, parse_public_keys
from ledgervault.crypto.identity_file import (
    create_identity_file,
    find_identity_id,
    parse_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.pages import open_page, seal_page
from ledgervault.crypto.passphrases import (
    generate_passphrase,
    verify_passphrase_strength,
)
from ledgervault.crypto.reader import BlobReader
from ledgervault.crypto.recovery import (
    generate_recovery_code,
    is_recovery_code,
    parse_recovery_code,
)
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    add_recovery_slot,
    unlock_with_key,
    unlock_with_passphrase,
    unlock_with_recovery,
)
from ledgervault.crypto.suites import Suite, require_suite, verify_capabilities
from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    unwrap_dek,
    wrap_dek,
)
from ledgervault.errors import (
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
    NotFound,
    UsageInvalid,
)

VAULT, DOCUMENT, BLOB, CLIENT, COMPARTMENT = (bytes([n]) * 16 for n in range(1, 6))
BINDING = BlobBinding(VAULT, DOCUMENT, 1, BLOB)
FOLDER = b"folder01"
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))


def identity():
    return Identity(b"i" * 16, keys.IdentitySeed.generate())


def flips(record, step=1):
    for at in range(0, len(record), step):
        yield record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :]


@pytest.mark.parametrize("suite", list(Suite))
@pytest.mark.parametrize("content", [b"", b"x", b"ab" * 70_000])
def test_blob_comes_back_in_every_suite(suite, content):
    dek = keys.Dek.generate()
    for may_compress in (True, False):
        blob = seal_blob(content, dek, BINDING, suite=suite, may_compress=may_compress)
        pieces = [blob[at : at + 7000] for at in range(0, len(blob), 7000)]
        assert b"".join(open_blob(pieces, dek, BINDING)) == content
        assert parse_blob_header(blob).suite is suite


def test_streamed_blob_equals_what_was_fed_and_refuses_another_length():
    dek, content = keys.Dek.generate(), bytes(range(256)) * 9000
    sealer = BlobSealer(dek, BINDING, stored_length=len(content))
    blob = (
        sealer.update(content[:100])
        + sealer.update(content[100:])
        + b"".join(sealer.finish())
    )
    assert b"".join(open_blob([blob], dek, BINDING)) == content
    reader = BlobReader(lambda at, size: blob[at : at + size], len(blob), dek, BINDING)
    assert reader.read(1_000_000, 20_000) == content[1_000_000:1_020_000]
    with pytest.raises(UsageInvalid):
        reader.read(-1, 1)
    with pytest.raises(LedgerVaultError):
        list(BlobSealer(dek, BINDING, stored_length=5).finish())


def test_any_changed_byte_and_any_cut_of_a_blob_is_refused():
    dek = keys.Dek.generate()
    blob = seal_blob(b"paper" * 8000, dek, BINDING, may_compress=False)
    changed = [
        *flips(blob, 997),
        *flips(blob[:130]),
        *(blob[:at] for at in (0, 63, 64, 119, 5000, len(blob) - 1)),
        blob + b"x",
    ]
    for bad in changed:
        with pytest.raises(LedgerVaultError):
            b"".join(open_blob([bad], dek, BINDING))


@pytest.mark.parametrize("field", ["vault", "document", "version", "blob"])
def test_blob_of_another_place_is_refused(field):
    dek = keys.Dek.generate()
    other = dataclasses.replace(
        BINDING, **{field: 9 if field == "version" else b"z" * 16}
    )
    blob = seal_blob(b"paper", dek, BINDING)
    with pytest.raises(IntegrityViolated):
        b"".join(open_blob([blob], dek, other))
    with pytest.raises(IntegrityViolated):
        BlobReader(lambda at, size: blob[at : at + size], len(blob), dek, other)


def test_compressed_blob_has_no_random_access():
    dek = keys.Dek.generate()
    blob = seal_blob(b"a" * 50_000, dek, BINDING)
    with pytest.raises(UsageInvalid):
        BlobReader(lambda at, size: blob[at : at + size], len(blob), dek, BINDING)


def wrapped():
    parts = keys.Dek.generate(), keys.DocKek.generate(), keys.ShredKey.generate()
    header = WrapHeader(Suite.COBBLESTONE_256, 3, COMPARTMENT, FOLDER, 77)
    binding = WrapBinding(VAULT, DOCUMENT, 1)
    return (
        parts,
        wrap_dek(
            parts[0], kek=parts[1], shred=parts[2], header=header, binding=binding
        ),
        header,
        binding,
    )


def test_wrap_needs_both_keys_its_place_and_every_byte():
    (dek, kek, shred), record, header, binding = wrapped()
    assert len(record) == 140
    assert parse_wrap_header(record) == header
    assert unwrap_dek(record, kek=kek, shred=shred, binding=binding) == dek
    others = [
        (record, keys.DocKek.generate(), shred, binding),
        (record, kek, keys.ShredKey.generate(), binding),
        (record, kek, shred, WrapBinding(VAULT, DOCUMENT, 2)),
        (record, kek, shred, WrapBinding(DOCUMENT, VAULT, 1)),
        *((bad, kek, shred, binding) for bad in flips(record)),
        (record[:-1], kek, shred, binding),
    ]
    for bad, one, two, place in others:
        with pytest.raises(IntegrityViolated):
            unwrap_dek(bad, kek=one, shred=two, binding=place)


def test_columns_open_only_in_their_place():
    kek, shred = keys.MetaKek.generate(), keys.ShredKey.generate()
    place = ColumnPlace("documents", DOCUMENT, "details", 1)
    record = seal_columns(b"secret", kek=kek, shred=shred, kek_epoch=1, place=place)
    assert open_columns(record, kek=kek, shred=shred, place=place) == b"secret"
    moved = [
        dataclasses.replace(place, table="clients"),
        dataclasses.replace(place, row=VAULT),
        dataclasses.replace(place, column_set="other"),
        dataclasses.replace(place, row_version=2),
    ]
    for other in moved:
        with pytest.raises(IntegrityViolated):
            open_columns(record, kek=kek, shred=shred, place=other)
    for bad in (*flips(record), record[:20], b""):
        with pytest.raises(IntegrityViolated):
            open_columns(bad, kek=kek, shred=shred, place=place)


def granted():
    giver, taker = identity(), Identity(b"t" * 16, keys.IdentitySeed.generate())
    header = GrantHeader(
        COMPARTMENT, GrantKind.META, 1, taker.identity_id, giver.identity_id, 5
    )
    key = keys.MetaKek.generate()
    return (
        giver,
        taker,
        key,
        seal_grant(key, header, vault=VAULT, recipient=taker.public, granter=giver),
    )


def test_grant_opens_for_its_recipient_alone():
    giver, taker, key, record = granted()
    assert len(record) == 1328
    opened = open_grant(
        record, vault=VAULT, identity=taker, granter_public=giver.public.ed25519
    )
    assert opened == key.raw
    stranger = Identity(taker.identity_id, keys.IdentitySeed.generate())
    others = [
        (record, VAULT, stranger, giver),
        (record, VAULT, giver, giver),
        (record, CLIENT, taker, giver),
        (record, VAULT, taker, taker),
        *((bad, VAULT, taker, giver) for bad in flips(record, 13)),
        *(
            (bad, VAULT, taker, giver)
            for bad in flips(record[:96] + record[96:], 1328 // 40)
        ),
        (record[:-1], VAULT, taker, giver),
    ]
    for bad, vault, who, signer in others:
        with pytest.raises(IntegrityViolated):
            open_grant(
                bad, vault=vault, identity=who, granter_public=signer.public.ed25519
            )


def test_grant_whose_commitment_is_of_another_key_is_refused(monkeypatch):
    from ledgervault.crypto import grants

    monkeypatch.setattr(grants, "_commitment", lambda _key: bytes(32))
    giver, taker, _key, record = granted()
    monkeypatch.undo()
    with pytest.raises(IntegrityViolated):
        open_grant(
            record, vault=VAULT, identity=taker, granter_public=giver.public.ed25519
        )


def test_every_slot_opens_and_a_wrong_secret_names_the_kinds():
    who = identity()
    code, key = generate_recovery_code(), keys.SlotKey.generate()
    file = add_passphrase_slot(
        create_identity_file(who), who, "Ångström und Käse", CHEAP
    )
    file = add_recovery_slot(add_key_file_slot(file, who, key), who, code)
    file = parse_identity_file(serialise_identity_file(file), CHEAP)
    decomposed = "A\u030angstro\u0308m und Ka\u0308se"
    opened = [
        unlock_with_passphrase(file, decomposed, CHEAP),
        unlock_with_key(file, key),
        unlock_with_recovery(file, code.lower().replace("0", "o")),
    ]
    assert {one.seed for one in opened} == {who.seed}
    for attempt in (
        lambda: unlock_with_passphrase(file, "wrong", CHEAP),
        lambda: unlock_with_key(file, keys.SlotKey.generate()),
        lambda: unlock_with_recovery(file, generate_recovery_code()),
    ):
        with pytest.raises(NotAuthorised) as refused:
            attempt()
        assert "passphrase, key file, recovery code" in refused.value.hint


def test_identity_file_refuses_weak_and_ruinous_costs_and_every_odd_byte():
    who = identity()
    raw = serialise_identity_file(
        add_passphrase_slot(create_identity_file(who), who, "x", CHEAP)
    )
    with pytest.raises(IntegrityViolated):
        parse_identity_file(raw, PassphraseCost())
    with pytest.raises(IntegrityViolated):
        parse_identity_file(
            raw, PassphraseCost(floor=CHEAP.floor, ceiling=Argon2Cost(1, 1, 32))
        )
    for bad in (
        b"",
        raw[:-1],
        raw + b"x",
        b"X" + raw[1:],
        raw[:6] + b"\0\3" + raw[8:],
        raw[:1273] + b"\x09" + raw[1274:],
        raw[:1274] + b"\1" + raw[1275:],
    ):
        with pytest.raises(LedgerVaultError):
            parse_identity_file(bad, CHEAP)


def test_swapped_public_keys_in_an_identity_file_are_refused():
    who, other = identity(), identity()
    key = keys.SlotKey.generate()
    file = dataclasses.replace(create_identity_file(who), public=other.public)
    with pytest.raises(IntegrityViolated):
        unlock_with_key(add_key_file_slot(file, who, key), key)


def test_public_keys_that_are_none_are_refused():
    for bad in (b"", b"\xff" * 1248):
        with pytest.raises(IntegrityViolated):
            parse_public_keys(bad)


def test_page_opens_only_with_its_keys_and_place():
    place = {
        "anchor": keys.Anchor.generate(),
        "ring_key": keys.RingKey.generate(),
        "vault": VAULT,
        "client": CLIENT,
        "epoch": 4,
    }
    folders = [FolderKeys.fresh(FOLDER).puncture([3]), FolderKeys.fresh(b"folder00")]
    record = seal_page(folders, **place)
    assert set(open_page(record, **place)) == set(folders)
    others = [
        {"anchor": keys.Anchor.generate()},
        {"ring_key": keys.RingKey.generate()},
        {"vault": CLIENT},
        {"client": VAULT},
        {"epoch": 5},
    ]
    for other in others:
        with pytest.raises(IntegrityViolated):
            open_page(record, **{**place, **other})
    for bad in (*flips(record, 3), record[:60], b""):
        with pytest.raises(IntegrityViolated):
            open_page(bad, **place)
    with pytest.raises(IntegrityViolated):
        seal_page([folders[0], folders[0]], **place)


@pytest.mark.parametrize(
    "nodes",
    [
        (Node(1, 1, b"x" * 32), Node(0, 0, b"x" * 32)),
        (Node(0, 0, b"x" * 32), Node(1, 0, b"x" * 32)),
        (Node(17, 0, b"x" * 32),),
        (Node(1, 2, b"x" * 32),),
        (Node(0, 0, b"x" * 31),),
    ],
)
def test_folder_keys_have_one_form(nodes):
    with pytest.raises(IntegrityViolated):
        FolderKeys(FOLDER, 1, nodes)


def test_folder_keys_refuse_odd_ids_states_and_leaves():
    whole = FolderKeys.fresh(FOLDER)
    for bad in ((b"x", 1), (FOLDER, 9)):
        with pytest.raises(IntegrityViolated):
            FolderKeys(*bad, whole.nodes)
    for leaf in (-1, 65536):
        with pytest.raises(UsageInvalid):
            whole.puncture([leaf])
    with pytest.raises(NotFound):
        derive_shred_key(whole.puncture([5]), VAULT, 5)


def test_head_is_signed_whole():
    who = identity()
    head = RingHead(
        2,
        VAULT,
        who.identity_id,
        9,
        {CLIENT: b"h" * 32, DOCUMENT: b"g" * 32, BLOB: b"f" * 32},
    )
    record = sign_head(head, who)
    assert verify_head(record, vault=VAULT, signer_public=who.public.ed25519) == head
    assert parse_head(sign_head(dataclasses.replace(head, pages={}), who)).pages == {}
    for bad in (*flips(record, 2), record[:50], record[:-48]):
        with pytest.raises(IntegrityViolated):
            verify_head(bad, vault=VAULT, signer_public=who.public.ed25519)
    with pytest.raises(IntegrityViolated):
        verify_head(record, vault=CLIENT, signer_public=who.public.ed25519)


def test_signatures_are_bound_to_their_label():
    who = identity()
    signature = sign_labelled(who, b"one", b"message")
    verify_labelled(who.public.ed25519, b"one", b"message", signature)
    for label, message, public in (
        (b"two", b"message", who.public.ed25519),
        (b"one", b"m", who.public.ed25519),
        (b"one", b"message", b"short"),
    ):
        with pytest.raises(IntegrityViolated):
            verify_labelled(public, label, message, signature)


def test_keys_neither_print_nor_pickle_nor_mix():
    import pickle

    dek = keys.Dek.generate()
    assert dek.raw.hex() not in repr(dek) + str(dek)
    assert repr(identity()).endswith("redacted>")
    assert dek != keys.DocKek(dek.raw)
    assert len({dek, keys.Dek(dek.raw)}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(dek)
    with pytest.raises(ValueError, match="32 bytes"):
        keys.Dek(b"short")


def test_suites_and_capabilities(monkeypatch):
    from ledgervault.crypto import suites

    for number in (0, 3, 4, 99):
        with pytest.raises(IntegrityViolated):
            require_suite(number)
    verify_capabilities()

    class Poor:
        def __getattr__(self, _name):
            return lambda: False

    monkeypatch.setattr(suites, "backend", Poor())
    with pytest.raises(LedgerVaultError, match="lacks Argon2id"):
        verify_capabilities()


def test_recovery_code_is_checked_against_misreading():
    code = generate_recovery_code()
    assert is_recovery_code(f" {code.lower()} ")
    assert len(parse_recovery_code(code)) == 20
    last = "1" if code[-1] == "0" else "0"
    for bad in (code[:-1] + last, code[:-1], "LVR-" + "U" * 40, ""):
        with pytest.raises(UsageInvalid):
            parse_recovery_code(bad)


def test_passphrases():
    verify_passphrase_strength(generate_passphrase())
    verify_passphrase_strength("correct horse battery staple")
    for weak in (
        "short",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "password123456",
        "qwertyqwerty",
        "aabbaabbaabb",
        "123456789012",
    ):
        with pytest.raises(UsageInvalid):
            verify_passphrase_strength(weak)


@pytest.mark.parametrize("other", [b"", b"LVID", b"LVID\0\1" + bytes(17), b"x" * 64])
def test_id_is_told_by_the_beginning_of_an_identity_file_alone(other):
    identity = Identity(VAULT, keys.IdentitySeed.generate())
    record = serialise_identity_file(create_identity_file(identity))
    assert find_identity_id(record[:24]) == VAULT
    assert find_identity_id(other) is None


def test_key_of_what_the_ring_opens_is_expanded_from_the_ring_key():
    import hmac

    from ledgervault.crypto.columns import ring_meta_kek
    from ledgervault.crypto.keys import MetaKek, RingKey

    raw = bytes(range(32))
    info = b"ledgervault/ring-meta/v1\x01"
    expected = hmac.digest(raw, info, "sha512")[:32]
    assert ring_meta_kek(RingKey(raw)) == MetaKek(expected)
