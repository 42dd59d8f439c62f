"""Signed statements about people: each one names the one before it.

A statement is the facts of one log event. Its author signs it together with
the hash of the statement before, so that none can be forged, left out in the
middle, moved or repeated, whoever can write the database.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.roster import Statement
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import VaultId
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ports.catalogue import LogReads

PEOPLE = "people"  # the log object that finds them all
ORIGIN = ""  # what the first statement names as the one before
NOTHING_SEEN = "0:"
_SIGNATURE, _BEFORE, _ON = "signature", "before", "on"


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """Who states something, where, and on which day."""

    vault: VaultId
    identity: Identity
    on: date


def state(
    author: Author, act: str, facts: Mapping[str, Any], before: str
) -> dict[str, Any]:
    """Return the signed facts of an event that follows the statement `before`."""
    body = {**facts, _ON: author.on.isoformat(), _BEFORE: before}
    signed = _signed(author.vault, author.identity.identity_id, act, body)
    signature = sign_labelled(author.identity, labels.STATEMENT, signed)
    return {**body, _SIGNATURE: signature.hex()}


def digest_of(actor: bytes, act: str, facts: Mapping[str, Any]) -> str:
    """Return what the next statement names this one by."""
    whole = {"actor": actor.hex(), "act": act, "facts": dict(facts)}
    return hashlib.sha256(canonical_json(whole)).hexdigest()


def read_statements(log: LogReads) -> list[Event]:
    """Return the events that the log's index calls statements, oldest first."""
    return [parse_event(log.entry(sequence)) for sequence in log.sequences_of(PEOPLE)]


def verify_statement(
    event: Event, *, vault: VaultId, before: str, signer_public: bytes
) -> Statement:
    """Check that a statement is its author's and follows the one before."""
    body = dict(event.facts)
    try:
        signature = bytes.fromhex(body.pop(_SIGNATURE))
        on = date.fromisoformat(body[_ON])
    except (KeyError, TypeError, ValueError) as error:
        raise _broken("one is not readable") from error
    if body[_BEFORE] != before:
        raise _broken("one is missing or out of its place")
    signed = _signed(vault, event.actor, event.act, body)
    verify_labelled(signer_public, labels.STATEMENT, signed, signature)
    return Statement(event.act, event.actor.hex(), event.sequence, on, body)


def verify_seen(heads: Sequence[str], seen: str) -> None:
    """Refuse statements that do not continue what was seen before, `count:hash`."""
    count, _, digest = seen.partition(":")
    if count.isdigit() and 0 < int(count) <= len(heads):
        if heads[int(count) - 1] == digest:
            return
        raise _broken("others were seen here before")
    if count != "0":
        raise _broken(f"{count} were seen here before, {len(heads)} are left")


def _signed(vault: VaultId, actor: bytes, act: str, body: Mapping[str, Any]) -> bytes:
    return canonical_json(
        {"vault": vault.hex(), "actor": actor.hex(), "act": act, "facts": dict(body)}
    )


def _broken(how: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"the statements about people are broken: {how}",
        hint="run `vault log verify` and compare with a backup before going on",
        code="people.broken",
    )
