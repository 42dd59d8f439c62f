import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.kit_records import (
    RECORD_BYTES,
    find_kit_record,
    find_recovery_code,
    kit_lines,
    open_kit,
    parse_kit_head,
    parse_kit_line,
    seal_kit,
)
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.errors import IntegrityViolated, NotAuthorised, UsageInvalid

VAULT = bytes([1]) * 16
WHO = Identity(bytes([9]) * 16, IdentitySeed(bytes([9]) * 32))
CODE = generate_recovery_code()
RECORD = seal_kit(WHO, CODE, vault=VAULT)


def test_code_and_record_rebuild_the_identity():
    found = open_kit(RECORD, CODE)
    assert (found.identity_id, found.seed) == (WHO.identity_id, WHO.seed)
    assert found.public == WHO.public
    assert parse_kit_head(RECORD).vault == VAULT
    assert len(RECORD) == RECORD_BYTES


def test_code_of_another_kit_does_not_open_it():
    with pytest.raises(NotAuthorised) as refused:
        open_kit(RECORD, generate_recovery_code())
    assert refused.value.code == "recovery.code"


def test_record_does_not_contain_the_seed_and_two_are_never_alike():
    assert WHO.seed.raw not in RECORD
    assert seal_kit(WHO, CODE, vault=VAULT)[56:] != RECORD[56:]


@pytest.mark.parametrize("at", range(RECORD_BYTES))
def test_no_changed_byte_opens(at):
    changed = bytearray(RECORD)
    changed[at] ^= 1
    with pytest.raises((IntegrityViolated, NotAuthorised)):
        open_kit(bytes(changed), CODE)


@pytest.mark.parametrize("size", [0, 1, RECORD_BYTES - 1, RECORD_BYTES + 1])
def test_other_lengths_are_no_record(size):
    with pytest.raises(IntegrityViolated):
        parse_kit_head((RECORD + b"\0")[:size])


@given(st.binary(min_size=160, max_size=160))
def test_lines_give_back_every_record(record):
    lines = kit_lines(record)
    assert find_kit_record("\n".join(lines)) == record
    assert find_kit_record(" ".join(reversed(lines)).lower()) == record
    assert [parse_kit_line(line, n) for n, line in enumerate(lines, 1)] == [
        record[at : at + 20] for at in range(0, 160, 20)
    ]


@given(st.integers(0, 7), st.integers(5, 51), st.sampled_from("0123456789ABCDEFGH"))
def test_a_misread_line_is_named(line, at, letter):
    lines = kit_lines(RECORD)
    good = lines[line]
    if good[at] in ("-", letter):
        return
    lines[line] = good[:at] + letter + good[at + 1 :]
    with pytest.raises(UsageInvalid, match=f"line {line + 1} "):
        find_kit_record("\n".join(lines))


def test_two_lines_that_changed_places_are_noticed():
    lines = kit_lines(RECORD)
    body = [line.partition("-")[2] for line in lines]
    lines[0], lines[1] = f"LVK1-{body[1]}", f"LVK2-{body[0]}"
    with pytest.raises(UsageInvalid, match="line 1 "):
        find_kit_record("\n".join(lines))


def test_a_missing_line_is_named_and_no_line_is_no_record():
    lines = kit_lines(RECORD)
    del lines[4]
    with pytest.raises(UsageInvalid, match="line 5 "):
        find_kit_record("\n".join(lines))
    assert find_kit_record("nothing of the kind") is None
    assert find_recovery_code("nothing of the kind") is None
    assert find_recovery_code(f"code: {CODE.lower()}.") == CODE.lower()
