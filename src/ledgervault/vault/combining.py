"""Contributions put together: every one checked against what was arranged."""

import dataclasses
from collections.abc import Sequence

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.recovery_shares import SharedKind, combine, open_resealed
from ledgervault.errors import IntegrityViolated, NotAuthorised, UsageInvalid
from ledgervault.ids import IdentityId, short_code
from ledgervault.vault.people import People, User
from ledgervault.vault.recovery_papers import (
    Contribution,
    parse_contribution,
    verify_contribution,
)
from ledgervault.vault.recovery_set import Arrangement


@dataclasses.dataclass(frozen=True, slots=True)
class Combined:
    """A secret, and who gave it back."""

    secret: bytes = dataclasses.field(repr=False)
    arrangement: Arrangement
    user: User
    members: tuple[bytes, ...]


def combine_contributions(
    papers: Sequence[bytes],
    arrangement: Arrangement,
    people: People,
    asker: Identity,
    kind: SharedKind,
) -> Combined:
    """Open every contribution and give back the secret of enough of them.

    Raises IntegrityViolated for what was not arranged so, NotAuthorised for
    contributions to another request or by too few people.
    """
    shares: dict[bytes, bytes] = {}
    members: list[bytes] = []
    for paper in papers:
        given = parse_contribution(paper)
        _verify_meant(given, arrangement, asker, kind)
        verify_contribution(paper, _contributor(given, people).public)
        if given.member in members:
            raise UsageInvalid(
                "two of these contributions are by the same person",
                hint="name each person's file once",
                code="recovery.twice",
            )
        members.append(given.member)
        shares |= _opened(given, arrangement, asker)
    user = people.user(IdentityId(arrangement.shares.user))
    return Combined(combine(shares), arrangement, user, tuple(members))


def _verify_meant(
    given: Contribution, arrangement: Arrangement, asker: Identity, kind: SharedKind
) -> None:
    if given.request != asker.public.digest():
        raise NotAuthorised(
            "this contribution answers another request",
            hint="combine the answers to one request",
            code="recovery.request",
        )
    if given.kind is not kind:
        raise NotAuthorised(
            "contributions to a drill recover nothing, and real ones are no drill",
            hint="`vault key recovery drill` takes those of a drill, `combine` the others",
            code="recovery.kind",
        )
    is_current = given.set_id == arrangement.shares.set_id
    if not is_current or given.vault != arrangement.shares.vault:
        raise IntegrityViolated(
            "this contribution is to shares that do not count any more",
            hint="have it made again: `vault key recovery contribute`",
            code="recovery.replaced",
        )


def _contributor(given: Contribution, people: People) -> User:
    user = people.user(IdentityId(given.member))
    if not user.is_active:
        raise NotAuthorised(
            "this contribution is by somebody who has left",
            hint="ask another of the people that `vault key recovery status` names",
            code="recovery.left",
        )
    return user


def _opened(
    given: Contribution, arrangement: Arrangement, asker: Identity
) -> dict[bytes, bytes]:
    arranged = arrangement.shares.records_of(given.member, given.kind)
    if not arranged or sorted(given.shares) != sorted(arranged):
        raise _foreign(given)
    vault = arrangement.shares.vault
    try:
        return {
            record: open_resealed(sealed, record, vault=vault, identity=asker)
            for record, sealed in given.shares.items()
        }
    except IntegrityViolated as error:
        raise _foreign(given) from error


def _foreign(given: Contribution) -> IntegrityViolated:
    code = short_code("U", given.member)
    return IntegrityViolated(
        f"the contribution of {code} holds other shares than were arranged for him",
        hint="have it made again: `vault key recovery contribute`",
        code="recovery.foreign",
    )
