"""Register entries: logged, signed by their author, sealed for the agency.

In clear stand the kind, the entry, the person it is about, its state, the last day
it counts and a salted hash of the rest: enough to decide access without a key, and
no more. What an entry states lies sealed at the level of the series that keeps it.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    seal_columns,
)
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.registers import Entry, last_day, level_of, satisfied
from ledgervault.domain.roster import SUCCEEDED
from ledgervault.domain.rules import RegisterKind
from ledgervault.errors import IntegrityViolated, NotAuthorised, NotFound
from ledgervault.ids import IdentityId, random_id, short_code
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ledger.entries import Event
from ledgervault.vault.attested import attested_event, newest_first
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User
from ledgervault.vault.records import CLIENT_LEAF
from ledgervault.vault.standing import REGISTERS, counted_events

ENTERED = "register.entered"
ADVANCED = "register.advanced"
ACTS = frozenset({ENTERED, ADVANCED})
OPERATION = "register"
SELF_ENTERING = "owner"


def satisfied_until(vault: Vault, user_id: IdentityId) -> Mapping[str, date]:
    """Return the conditions a person satisfies, and the last day of each.

    What somebody entered about himself, or who may enter nothing, does not count.
    """
    selves = selves_of(vault, user_id.hex())
    entries = [one for person in selves for one in entries_of(vault, person)]
    counting = [
        one for one in entries if one.person in selves and _counts(vault, one, selves)
    ]
    return satisfied(counting, vault.policy)


def selves_of(vault: Vault, user: str) -> frozenset[str]:
    """Return the ids a person has had: fresh keys make another id of the same person."""
    successors = {}
    for standing in vault.people.roster.people.values():
        if standing.state == SUCCEEDED and standing.ended_at is not None:
            event = attested_event(
                vault.catalogue, vault.checkpoint(), standing.ended_at
            )
            successors[event.facts["successor"]] = standing.user
    selves = [user]
    while selves[-1] in successors:
        selves.append(successors[selves[-1]])
    return frozenset(selves)


def entries_of(vault: Vault, obj: str) -> list[Entry]:
    """Return the entries that touch a person, a kind or an entry, newest statement each."""
    statements: dict[str, list[Event]] = {}
    for event in _events_of(vault, obj):
        _verify(vault, event)
        statements.setdefault(event.facts["entry"], []).append(event)
    return [_entry(events) for events in statements.values()]


def kind_object(kind: str) -> str:
    """Return how the log's index names a kind."""
    return f"register:{kind}"


def open_fields(vault: Vault, entry: Entry) -> Entry:
    """Return an entry with what it states, as far as the reader has the key."""
    event = _newest(vault, entry)
    try:
        opened = json.loads(_open(vault, event.facts["level"], entry.id, event))
    except (NotAuthorised, NotFound):
        return entry
    if _digest(opened) != event.facts["hash"]:
        raise IntegrityViolated(
            "an entry of a register states something else than was signed for",
            code="register.forged",
        )
    return dataclasses.replace(entry, fields=opened["fields"])


def log_entry(
    vault: Vault,
    act: Act,
    kind: RegisterKind,
    *,
    entry: Entry,
    fields: Mapping[str, str],
) -> None:
    """Log what an entry states from now on; the first revision enters it."""
    content = {"fields": dict(fields), "salt": random_id().hex()}
    until = last_day(fields)
    level = level_of(kind, vault.policy)
    facts = {
        "kind": kind.id,
        "level": level,
        "entry": entry.id.hex(),
        "person": entry.person,
        "state": entry.state,
        "until": until.isoformat() if until else "",
        "hash": _digest(content),
        "revision": entry.revision,
    }
    message = _message(vault, vault.me, facts)
    signature = sign_labelled(vault.identity, labels.REGISTER, message)
    people = (entry.person,) if entry.person else ()
    act.log(
        ENTERED if entry.revision == 1 else ADVANCED,
        objects=(entry.id.hex(), *people, kind_object(kind.id), REGISTERS),
        facts={**facts, "signature": signature.hex()},
        seal=lambda sequence: _seal(vault, level, entry.id, content, sequence),
    )


def _events_of(vault: Vault, obj: str) -> list[Event]:
    # All entries are read, and their number compared with what the log states: an
    # index that hides the end of a promise would let it count on.
    events = counted_events(vault.catalogue, vault.checkpoint(), REGISTERS)
    return [one for one in events if one.act in ACTS and obj in one.objects]


def _newest(vault: Vault, entry: Entry) -> Event:
    # One entry of those that were read whole: its own statements are enough.
    obj, head = entry.id.hex(), vault.checkpoint()
    known = [one for one in vault.catalogue.sequences_of(obj) if one < head.size]
    events = newest_first(vault.catalogue, head, obj, known)
    event = next((one for one in events if one.act in ACTS), None)
    if event is None or event.facts["revision"] != entry.revision:
        raise _incomplete()
    return event


def _verify(vault: Vault, event: Event) -> None:
    """Check that the author named by an event signed what it says."""
    facts = {name: value for name, value in event.facts.items() if name != "signature"}
    author = vault.people.user(IdentityId(event.actor))
    message = _message(vault, author, facts)
    signature = bytes.fromhex(str(event.facts.get("signature", "")))
    verify_labelled(author.public.ed25519, labels.REGISTER, message, signature)


def _message(vault: Vault, author: User, facts: Mapping[str, Any]) -> bytes:
    return canonical_json({"vault": vault.id.hex(), "author": author.id.hex(), **facts})


def _entry(events: Sequence[Event]) -> Entry:
    revisions = [one.facts["revision"] for one in events]
    if revisions != list(range(1, len(events) + 1)):
        raise _incomplete()
    last = events[-1].facts
    identifier = bytes.fromhex(last["entry"])
    return Entry(
        id=identifier,
        code=short_code("R", identifier),
        kind=last["kind"],
        person=last["person"],
        state=last["state"],
        until=date.fromisoformat(last["until"]) if last["until"] else None,
        revision=last["revision"],
        entered_on=_day(events[0]),
        reached=dict(_reached(events)),
        author=events[-1].actor.hex(),
    )


def _incomplete() -> IntegrityViolated:
    return IntegrityViolated(
        "statements of a register entry are missing or repeated",
        hint="run `vault log verify` and compare with a backup",
        code="register.forged",
    )


def _reached(events: Iterable[Event]) -> Iterator[tuple[str, date]]:
    for event in events:
        yield event.facts["state"], _day(event)


def _day(event: Event) -> date:
    return datetime.fromtimestamp(event.time_ms / 1000, tz=UTC).date()


def _counts(vault: Vault, entry: Entry, selves: frozenset[str]) -> bool:
    roles = vault.people.user(IdentityId(bytes.fromhex(entry.author))).roles
    if entry.author in selves and SELF_ENTERING not in roles:
        return False
    return any(
        rule.role in roles and OPERATION in rule.operations
        for pack in vault.policy.packs
        for rule in pack.access
    )


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _seal(
    vault: Vault, level: str, entry: bytes, content: Mapping[str, Any], sequence: int
) -> bytes:
    compartment = vault.records.compartment(vault.agency, level)
    own = vault.records.client_row(vault.agency).own_folder
    return seal_columns(
        json.dumps(content, ensure_ascii=True).encode(),
        kek=vault.keychain.meta_kek(compartment.id, compartment.meta_epoch),
        shred=vault.ring.shred_key(vault.agency, own, CLIENT_LEAF),
        kek_epoch=compartment.meta_epoch,
        place=ColumnPlace("registers", entry, "fields", sequence),
    )


def _open(vault: Vault, level: str, entry: bytes, event: Event) -> bytes:
    compartment = vault.records.compartment(vault.agency, level)
    own = vault.records.client_row(vault.agency).own_folder
    return open_columns(
        event.sealed,
        kek=vault.keychain.meta_kek(compartment.id, parse_column_epoch(event.sealed)),
        shred=vault.ring.shred_key(vault.agency, own, CLIENT_LEAF),
        place=ColumnPlace("registers", entry, "fields", event.sequence),
    )
