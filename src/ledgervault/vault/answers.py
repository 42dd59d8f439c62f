"""Signed answers, to orders of destruction and to requests: one path verifies both.

An answer counts if its author signed it, after it was asked and not in the future,
if the log has it, and in the roles he has today. An answer that the log has and
the catalogue has not, or the other way round, was deleted or forged.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.approvals import Answer, is_timely, parse_instant
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import IdentityId
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ledger.entries import Event
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What people answer: the label and the text they sign, and since when."""

    code: str
    label: bytes
    bound: Mapping[str, str]
    asked_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """One person's answer as it is kept."""

    user_id: IdentityId
    answer: str
    at: str  # RFC 3339
    signature: bytes


def sign_answer(vault: Vault, asked: Asked, answer: str) -> Given:
    """Sign the acting user's answer to exactly what was asked."""
    now = vault.now()
    if not is_timely(now, asked_at=asked.asked_at, now=now):
        raise clock_behind()
    at = now.isoformat(timespec="seconds")
    message = _message(asked, answer, at)
    signature = sign_labelled(vault.identity, asked.label, message)
    return Given(vault.me.id, answer, at, signature)


def verify_answers(
    vault: Vault, asked: Asked, given: Sequence[Given], logged: Sequence[Event]
) -> list[Answer]:
    """Return the answers as they count now.

    `logged` are the log's own entries of answers to this. Raises IntegrityViolated
    for an answer that is forged, untimely, deleted, or that nobody logged.
    """
    answers = [_verified(vault, asked, one) for one in given]
    stored = {(one.user_id.hex(), one.answer, one.signature.hex()) for one in given}
    stated = {
        (event.actor.hex(), event.facts.get("answer"), event.facts.get("signature"))
        for event in logged
    }
    if stored != stated:
        raise IntegrityViolated(
            f"the answers to {asked.code} are not those that were logged",
            hint="run `vault log verify` and compare with a backup",
            code="approval.forged",
        )
    return answers


def clock_behind() -> NotAuthorised:
    """Return the refusal of a clock that runs behind the record."""
    return NotAuthorised(
        "the clock runs behind the record; no approval counts before it is right",
        hint="set the clock right and run the command again",
        code="approval.clock",
    )


def _verified(vault: Vault, asked: Asked, given: Given) -> Answer:
    user = vault.people.user(given.user_id)
    message = _message(asked, given.answer, given.at)
    verify_labelled(user.public.ed25519, asked.label, message, given.signature)
    try:
        at = parse_instant(given.at)
    except ValueError:
        raise _untimely(asked) from None
    if not is_timely(at, asked_at=asked.asked_at, now=vault.now()):
        raise _untimely(asked)
    role = user.role if user.is_active else ""
    return Answer(user.id.hex(), role, given.answer, at)


def _untimely(asked: Asked) -> IntegrityViolated:
    return IntegrityViolated(
        f"an answer to {asked.code} is dated before it was asked or in the future",
        hint="set the clock right; if it is right, somebody forged the date",
        code="approval.untimely",
    )


def _message(asked: Asked, answer: str, at: str) -> bytes:
    return canonical_json({**asked.bound, "answer": answer, "at": at})
