"""XOR sharing: every M people of N have shares of their own that give the secret."""

import itertools
import secrets
from collections.abc import Callable, Sequence

from ledgervault.errors import UsageInvalid

LEAST_NEEDED = 2
MOST_PEOPLE = 10  # 5 of 10 make 252 subsets, the most there are

Draw = Callable[[int], bytes]


def subsets_of(needed: int, people: int) -> list[tuple[int, ...]]:
    """Return every subset of `needed` members, in the order of their bit masks."""
    if not LEAST_NEEDED <= needed <= people or people > MOST_PEOPLE:
        raise UsageInvalid(
            f"{needed} of {people} is not a way to share a secret",
            hint=f"at least {LEAST_NEEDED} must come together, of at most {MOST_PEOPLE}",
            code="recovery.shape",
        )
    return sorted(itertools.combinations(range(people), needed), key=mask_of)


def mask_of(subset: Sequence[int]) -> int:
    """Return a subset as bits."""
    return sum(1 << member for member in subset)


def split_secret(
    secret: bytes, count: int, draw: Draw = secrets.token_bytes
) -> list[bytes]:
    """Split a secret into shares that XOR to it; all but one are random."""
    drawn = [draw(len(secret)) for _ in range(count - 1)]
    return [*drawn, join_shares([secret, *drawn])]


def join_shares(shares: Sequence[bytes]) -> bytes:
    """XOR shares of one length."""
    number = 0
    for share in shares:
        number ^= int.from_bytes(share, "big")
    return number.to_bytes(len(shares[0]), "big")
