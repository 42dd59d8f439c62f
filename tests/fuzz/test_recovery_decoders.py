"""What people hand each other to recover is read without trust."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.kit_records import (
    find_kit_record,
    find_recovery_code,
    kit_lines,
    open_kit,
    parse_kit_head,
    seal_kit,
)
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.recovery_shares import (
    SharedKind,
    ShareSetting,
    parse_share,
    share_secret,
    verify_share,
)
from ledgervault.errors import LedgerVaultError
from ledgervault.vault.recovery_papers import (
    Contribution,
    parse_contribution,
    parse_request,
    sign_contribution,
    sign_request,
)
from ledgervault.vault.recovery_set import ShareSet, parse_share_set

V = b"v" * 16
WHO = Identity(V, IdentitySeed(b"s" * 32))
CODE = generate_recovery_code()
KIT = seal_kit(WHO, CODE, vault=V)


def shares(kind):
    people = [(bytes([n]) * 16, WHO.public) for n in (1, 2)]
    secret = bytes([kind]) * 32
    return share_secret(secret, ShareSetting(V, V, kind, 2, 7), people, maker=WHO)


RECORDS = (*shares(SharedKind.SEED), *shares(SharedKind.CANARY))
SET = ShareSet(V, V, V, V, 2, (b"\1" * 16, b"\2" * 16), RECORDS)
GIVEN = Contribution(V, V, SharedKind.SEED, V * 2, V, {RECORDS[0]: b"x" * 1168})


def kit(raw):
    return open_kit(raw, CODE).seed


def lines(raw):
    return find_kit_record(raw.decode("latin-1"))


def share(raw):
    return verify_share(raw, vault=V, maker_public=WHO.public.ed25519)


def attempt(decode, raw):
    try:
        return decode(raw), None
    except LedgerVaultError as error:
        return None, error


GENUINE = {
    "kit": (KIT, kit),
    "share": (RECORDS[0], share),
    "set": (SET.serialise(), parse_share_set),
    "request": (sign_request(WHO, V, SharedKind.SEED), parse_request),
}
UNSIGNED = (
    parse_kit_head,
    parse_share,
    parse_contribution,
    lines,
    lambda raw: find_recovery_code(raw.decode("latin-1")),
)
HEADS = (
    b"",
    KIT[:20],
    RECORDS[0][:60],
    SET.serialise()[:90],
    b"LVK1-",
    b"LVK1-" + b"7" * 40,
    b"LVR-",
    sign_contribution(GIVEN, WHO)[:300],
    b'{"format":"ledgervault-recovery-request/1","identity":"","kind":1}',
)


@pytest.mark.parametrize("name", GENUINE)
def test_the_genuine_record_is_read(name):
    record, decode = GENUINE[name]
    assert decode(record) is not None


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(sorted(GENUINE)), st.data())
def test_a_damaged_record_is_refused_in_our_own_words(name, data):
    record, decode = GENUINE[name]
    at = data.draw(st.integers(0, len(record) - 1))
    if name == "set":
        # Whether the rest of a share is genuine is for its signature, checked later.
        at %= 90
    flipped = record[at] ^ data.draw(st.integers(1, 255))
    forms = [record[:at] + bytes([flipped]) + record[at + 1 :], record[:at]]
    for damaged in (*forms, record + b"\0"):
        found, refusal = attempt(decode, damaged)
        # Ids of a set are free to be others; the log's hash says which ones count.
        if refusal is None:
            assert name == "set"
            assert found != decode(record)
        else:
            assert refusal.exit_code in (8, 9)


@settings(deadline=None, max_examples=600)
@given(
    st.sampled_from([*UNSIGNED, *(decode for _record, decode in GENUINE.values())]),
    st.sampled_from(HEADS),
    st.binary(max_size=3000),
)
def test_no_decoder_raises_anything_but_its_own_errors(decode, head, rest):
    _found, refusal = attempt(decode, head + rest)
    assert refusal is None or (refusal.message and refusal.code)


def test_a_contribution_survives_the_way():
    raw = sign_contribution(GIVEN, WHO)
    assert parse_contribution(raw) == GIVEN
    assert parse_contribution(raw + b"\n") == GIVEN


@settings(deadline=None)
@given(st.text(max_size=300))
def test_text_around_the_lines_does_not_matter(text):
    printed = "\n".join(kit_lines(KIT))
    if "lvk" not in text.casefold():
        assert find_kit_record(f"{text}\n{printed}\n{text}") == KIT
