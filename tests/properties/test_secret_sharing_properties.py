"""Fewer than M shares say nothing: every secret explains them equally well."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgervault.crypto.secret_sharing import (
    join_shares,
    mask_of,
    split_secret,
    subsets_of,
)
from ledgervault.errors import UsageInvalid

SECRET = st.binary(min_size=32, max_size=32)
SHAPES = [(m, n) for n in range(2, 11) for m in range(2, n + 1)]


def xor(*parts):
    return bytes(a ^ b for a, b in zip(*parts, strict=True))


@given(SECRET, st.integers(2, 10))
def test_all_shares_of_a_subset_give_the_secret(secret, count):
    shares = split_secret(secret, count)
    assert len(shares) == count
    assert join_shares(shares) == secret


@given(SECRET, SECRET, st.integers(2, 10), st.data())
def test_what_a_smaller_group_sees_could_be_of_any_other_secret(
    secret, other, count, data
):
    shares = split_secret(secret, count)
    unseen = data.draw(st.integers(0, count - 1))
    explained = list(shares)
    explained[unseen] = xor(shares[unseen], xor(secret, other))
    # The same program, with the random bytes that would have led to the other secret.
    tape = iter(explained[:-1])
    again = split_secret(other, count, draw=lambda _size: next(tape))
    assert again == explained
    seen = [one for place, one in enumerate(again) if place != unseen]
    assert seen == [one for place, one in enumerate(shares) if place != unseen]


@pytest.mark.parametrize(("needed", "people"), SHAPES)
def test_every_group_of_enough_and_no_smaller_group_has_a_whole_subset(needed, people):
    subsets = [set(subset) for subset in subsets_of(needed, people)]
    for size in range(people + 1):
        for group in itertools.combinations(range(people), size):
            whole = any(subset <= set(group) for subset in subsets)
            assert whole is (size >= needed)
    masks = [mask_of(sorted(subset)) for subset in subsets]
    assert masks == sorted(set(masks))


@pytest.mark.parametrize(
    ("needed", "people"), [(1, 3), (0, 2), (3, 2), (2, 11), (-1, 4), (1, 1)]
)
def test_other_shapes_are_refused(needed, people):
    with pytest.raises(UsageInvalid):
        subsets_of(needed, people)
