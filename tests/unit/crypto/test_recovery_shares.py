import dataclasses
import itertools

import pytest

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.recovery_shares import (
    HEADER,
    SHARE_BYTES,
    SharedKind,
    ShareSetting,
    combine,
    open_resealed,
    parse_share,
    reseal_share,
    share_secret,
    verify_share,
)
from ledgervault.errors import IntegrityViolated, NotAuthorised, UsageInvalid

VAULT, OTHER_VAULT = bytes([1]) * 16, bytes([2]) * 16
SECRET = bytes(range(32))


def person(number):
    return Identity(bytes([number]) * 16, IdentitySeed(bytes([number]) * 32))


MAKER, STRANGER, ASKER = person(40), person(41), person(42)
PEOPLE = [person(number) for number in range(50, 54)]
SETTING = ShareSetting(VAULT, bytes([9]) * 16, SharedKind.SEED, 2, 7)


def shared(secret=SECRET, people=PEOPLE[:3], maker=MAKER, **changes):
    setting = dataclasses.replace(SETTING, **changes)
    members = [(one.identity_id, one.public) for one in people]
    return share_secret(secret, setting, members, maker=maker)


def contributed(records, who, *, to=ASKER, vault=VAULT):
    """What one person hands to the asker: his records, opened there."""
    mine = [one for one in records if parse_share(one).recipient == who.identity_id]
    public = MAKER.public.ed25519
    given = {}
    for record in mine:
        sealed = reseal_share(
            record, vault=vault, identity=who, maker_public=public, to=to.public
        )
        given[record] = open_resealed(sealed, record, vault=vault, identity=to)
    return given


RECORDS = shared()


@pytest.mark.parametrize(("needed", "people"), [(2, 2), (2, 3), (3, 4), (4, 4)])
def test_any_group_of_enough_gets_the_secret_and_a_smaller_one_nothing(needed, people):
    records = shared(people=PEOPLE[:people], needed=needed)
    for size in range(1, people + 1):
        for group in itertools.combinations(PEOPLE[:people], size):
            shares = {}
            for one in group:
                shares |= contributed(records, one)
            if size >= needed:
                assert combine(shares) == SECRET
                continue
            with pytest.raises(NotAuthorised) as refused:
                combine(shares)
            assert refused.value.code == "recovery.too-few"


def test_no_share_is_the_secret_and_none_stands_in_a_record():
    shares = [
        share for one in PEOPLE[:3] for share in contributed(RECORDS, one).values()
    ]
    assert len(set(shares)) == len(RECORDS) == 6
    for record, secret in itertools.product(RECORDS, [SECRET, *shares]):
        assert secret not in record
        assert len(record) == SHARE_BYTES


def test_a_share_opens_for_its_person_alone():
    with pytest.raises(IntegrityViolated):
        reseal_share(
            RECORDS[0],
            vault=VAULT,
            identity=PEOPLE[2],
            maker_public=MAKER.public.ed25519,
            to=ASKER.public,
        )


def test_a_share_sealed_anew_opens_for_the_asker_alone():
    record, public = RECORDS[0], MAKER.public.ed25519
    sealed = reseal_share(
        record, vault=VAULT, identity=PEOPLE[0], maker_public=public, to=ASKER.public
    )
    for wrong in (
        {"identity": STRANGER},
        {"vault": OTHER_VAULT},
        {"record": RECORDS[1]},
        {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])},
    ):
        argument = {
            "sealed": sealed,
            "record": record,
            "vault": VAULT,
            "identity": ASKER,
        } | wrong
        with pytest.raises(IntegrityViolated):
            open_resealed(**argument)


@pytest.mark.parametrize("at", [*range(128), 128, 1247, 1248, 1295, 1296, 1359])
def test_no_changed_byte_of_a_share_is_taken(at):
    changed = bytearray(RECORDS[0])
    changed[at] ^= 1
    with pytest.raises(IntegrityViolated):
        verify_share(bytes(changed), vault=VAULT, maker_public=MAKER.public.ed25519)


def test_a_share_of_another_maker_or_vault_is_refused():
    forged = shared(maker=STRANGER)[0]
    for record, vault in ((forged, VAULT), (RECORDS[0], OTHER_VAULT)):
        with pytest.raises(IntegrityViolated):
            verify_share(record, vault=vault, maker_public=MAKER.public.ed25519)


def test_shares_of_two_sets_or_kinds_do_not_mix():
    for other in (
        shared(set_id=bytes([8]) * 16),
        shared(kind=SharedKind.CANARY),
        shared(secret=bytes(32)),
    ):
        mixed = contributed(RECORDS, PEOPLE[0]) | contributed(other, PEOPLE[1])
        with pytest.raises(IntegrityViolated) as refused:
            combine(mixed)
        assert refused.value.code == "recovery.mixed"


def test_a_false_share_does_not_pass_for_the_arranged_one():
    shares = contributed(RECORDS, PEOPLE[0]) | contributed(RECORDS, PEOPLE[1])
    shares = {record: bytes(32) for record in shares}
    with pytest.raises(IntegrityViolated):
        combine(shares)


def header_with(**changes):
    fields = dataclasses.asdict(parse_share(RECORDS[0])) | changes
    return HEADER.pack(5, 1, 1, *fields.values()) + RECORDS[0][128:]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": 3},
        {"needed": 1},
        {"needed": 3},
        {"people": 11},
        {"people": 1},
        {"member": 2},
        {"member": 200},
        {"subset": 0b1001},
        {"subset": 0b111},
        {"subset": 0},
    ],
)
def test_a_header_that_makes_no_sense_is_refused(changes):
    assert parse_share(header_with()) == parse_share(RECORDS[0])
    with pytest.raises(IntegrityViolated):
        parse_share(header_with(**changes))


def test_a_person_counts_once():
    with pytest.raises(UsageInvalid):
        shared(people=[PEOPLE[0], PEOPLE[0], PEOPLE[1]])
