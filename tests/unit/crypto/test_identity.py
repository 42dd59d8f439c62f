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
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    add_recovery_slot,
    empty_slot,
    fill_slot,
    join_factors,
    open_slot,
    remove_slot,
    stretch,
    token_binding,
    unlock_with_passphrase,
)
from ledgervault.errors import Conflict, IntegrityViolated, NotAuthorised

WHO = Identity(b"i" * 16, IdentitySeed(b"s" * 32))
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
TOKEN_KEY = SlotKey(b"t" * 32)
COST_AT, KIND_AT = 1273 + 2, 1273


def passphrase_file():
    return add_passphrase_slot(create_identity_file(WHO), WHO, "x", CHEAP)


def both_file():
    file = create_identity_file(WHO)
    slot = empty_slot(SlotKind.PASSPHRASE_AND_TOKEN, CHEAP.new)
    key = join_factors(stretch(file, slot, "x"), TOKEN_KEY)
    return fill_slot(file, slot, key, WHO)


def with_cost(passes, lanes, memory, file=None):
    raw = serialise_identity_file(file or passphrase_file())
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
    for file in (passphrase_file(), both_file()):
        with pytest.raises(IntegrityViolated) as refused:
            parse_identity_file(with_cost(*cost, file), CHEAP)
        assert refused.value.code == "identity.cost"


def test_a_passphrase_cost_at_the_bounds_is_read():
    for cost in ((1, 1, 8), (64, 64, 512), (1, 1, 1024 * 1024)):
        (slot,) = parse_identity_file(with_cost(*cost), CHEAP).slots
        assert slot.cost == Argon2Cost(*cost)


@pytest.mark.parametrize(
    "kind",
    [SlotKind.KEYRING, SlotKind.KEY_FILE, SlotKind.PKCS11, SlotKind.RECOVERY],
)
def test_a_slot_without_a_passphrase_states_no_cost(kind):
    raw = with_cost(1, 1, 64)
    with pytest.raises(IntegrityViolated):
        parse_identity_file(raw[:KIND_AT] + bytes([kind]) + raw[KIND_AT + 1 :], CHEAP)


@pytest.mark.parametrize("kind", [0, 7, 255])
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


def test_a_seventeenth_slot_is_refused_when_it_is_added():
    file = add_key_file_slot(create_identity_file(WHO), WHO, SlotKey(b"k" * 32))
    sixteen = dataclasses.replace(file, slots=file.slots * 16)
    with pytest.raises(Conflict) as refused:
        add_key_file_slot(sixteen, WHO, SlotKey(b"l" * 32))
    assert refused.value.code == "slot.too-many"


def test_a_slot_of_two_factors_opens_with_both_and_with_nothing_less():
    file = parse_identity_file(serialise_identity_file(both_file()), CHEAP)
    (slot,) = file.slots
    right, wrong = stretch(file, slot, "x"), stretch(file, slot, "y")
    other = SlotKey(b"u" * 32)
    opened = open_slot(file, slot, join_factors(right, TOKEN_KEY))
    assert opened.seed == WHO.seed
    for key in (
        right,
        TOKEN_KEY,
        join_factors(wrong, TOKEN_KEY),
        join_factors(right, other),
        join_factors(TOKEN_KEY, right),
    ):
        assert open_slot(file, slot, key) is None
    with pytest.raises(NotAuthorised):
        unlock_with_passphrase(file, "x", CHEAP)


def test_a_slot_of_two_factors_read_as_one_of_a_passphrase_does_not_open():
    raw = serialise_identity_file(both_file())
    lowered = raw[:KIND_AT] + bytes([SlotKind.PASSPHRASE]) + raw[KIND_AT + 1 :]
    with pytest.raises(NotAuthorised):
        unlock_with_passphrase(parse_identity_file(lowered, CHEAP), "x", CHEAP)


def test_what_a_token_seals_is_bound_to_one_slot_of_one_identity():
    file = create_identity_file(WHO)
    other = create_identity_file(Identity(b"j" * 16, IdentitySeed(b"s" * 32)))
    slots = [empty_slot(SlotKind.PKCS11) for _ in range(2)]
    bindings = {token_binding(one, slot) for one in (file, other) for slot in slots}
    assert len(bindings) == 4


def test_the_last_slot_and_the_last_beside_a_recovery_code_stay():
    file = passphrase_file()
    with pytest.raises(Conflict) as refused:
        remove_slot(file, file.slots[0])
    assert refused.value.code == "slot.last"
    with_code = add_recovery_slot(file, WHO, generate_recovery_code())
    with pytest.raises(Conflict) as refused:
        remove_slot(with_code, with_code.slots[0])
    assert refused.value.code == "slot.only-recovery"
    assert remove_slot(with_code, with_code.slots[1]) == file
