import dataclasses

import pytest

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto.identity import Identity, parse_public_keys
from ledgervault.crypto.identity_file import (
    SlotKind,
    create_identity_file,
    parse_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import IdentitySeed, SlotKey
from ledgervault.crypto.slots import add_key_file_slot, add_passphrase_slot
from ledgervault.errors import IntegrityViolated

WHO = Identity(b"i" * 16, IdentitySeed(b"s" * 32))
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
COST_AT, KIND_AT = 1273 + 2, 1273


def with_cost(passes, lanes, memory):
    raw = serialise_identity_file(
        add_passphrase_slot(create_identity_file(WHO), WHO, "x", CHEAP)
    )
    cost = b"".join(value.to_bytes(4, "big") for value in (passes, lanes, memory))
    return raw[:COST_AT] + cost + raw[COST_AT + 12 :]


def test_the_same_seed_gives_the_same_keys():
    again = Identity(b"j" * 16, IdentitySeed(b"s" * 32))
    other = Identity(b"i" * 16, IdentitySeed(b"t" * 32))
    assert again.public == WHO.public
    assert other.public != WHO.public
    assert parse_public_keys(WHO.public.serialise()) == WHO.public


def test_a_fingerprint_is_read_aloud_in_groups_of_four():
    groups = WHO.public.fingerprint().split("-")
    assert [len(group) for group in groups] == [4] * 8


def test_a_ml_kem_key_that_is_none_is_refused():
    raw = WHO.public.serialise()
    with pytest.raises(IntegrityViolated):
        parse_public_keys(raw[:32] + b"\xff" * 1184 + raw[-32:])
    for bad in (raw[:-1], raw + b"x"):
        with pytest.raises(IntegrityViolated):
            parse_public_keys(bad)


@pytest.mark.parametrize(
    "cost",
    [
        (0, 1, 64),
        (1, 0, 64),
        (1, 1, 7),
        (65, 1, 64),
        (1, 65, 1024),
        (1, 1, 1024 * 1024 + 1),
        (1, 64, 511),
        (2**32 - 1, 2**32 - 1, 2**32 - 1),
    ],
)
def test_a_passphrase_cost_outside_the_bounds_is_refused(cost):
    with pytest.raises(IntegrityViolated) as refused:
        parse_identity_file(with_cost(*cost), CHEAP)
    assert refused.value.code == "identity.cost"


def test_a_passphrase_cost_at_the_bounds_is_read():
    for cost in ((1, 1, 8), (64, 64, 512), (1, 1, 1024 * 1024)):
        (slot,) = parse_identity_file(with_cost(*cost), CHEAP).slots
        assert slot.cost == Argon2Cost(*cost)


@pytest.mark.parametrize(
    "kind", [SlotKind.KEYRING, SlotKind.KEY_FILE, SlotKind.RECOVERY]
)
def test_a_slot_without_a_passphrase_states_no_cost(kind):
    raw = with_cost(1, 1, 64)
    with pytest.raises(IntegrityViolated):
        parse_identity_file(raw[:KIND_AT] + bytes([kind]) + raw[KIND_AT + 1 :], CHEAP)


@pytest.mark.parametrize("kind", [0, 6, 255])
def test_a_slot_of_unknown_kind_is_refused(kind):
    raw = with_cost(1, 1, 64)
    with pytest.raises(IntegrityViolated):
        parse_identity_file(raw[:KIND_AT] + bytes([kind]) + raw[KIND_AT + 1 :], CHEAP)


def test_an_identity_file_has_at_most_sixteen_slots():
    file = add_key_file_slot(create_identity_file(WHO), WHO, SlotKey(b"k" * 32))
    sixteen = dataclasses.replace(file, slots=file.slots * 16)
    assert parse_identity_file(serialise_identity_file(sixteen), CHEAP) == sixteen
    more = dataclasses.replace(file, slots=file.slots * 17)
    with pytest.raises(IntegrityViolated):
        parse_identity_file(serialise_identity_file(more), CHEAP)
