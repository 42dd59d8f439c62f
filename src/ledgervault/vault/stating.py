"""State something about people inside a logged act, and read what was stated."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.domain.entitlement import OF_RECORDS
from ledgervault.domain.following import follow
from ledgervault.domain.roster import Roster, Statement
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ledger.entries import Event
from ledgervault.vault.journal import Sealer
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.statements import (
    PEOPLE,
    Author,
    digest_of,
    state,
)

_TABLE = "events"


def state_of_people(
    vault: Vault,
    act: Act,
    said: str,
    facts: Mapping[str, Any],
    *,
    objects: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    """Log a signed statement; one that would not count is refused before it is made.

    The roster in hand follows at once, so that keys are granted by what it says. A
    reason is sealed for those who keep the agency's records.
    """
    people = vault.people
    author = Author(vault.id, vault.identity, vault.now().date())
    signed = state(author, said, facts, people.head)
    sequence = act.next_sequence
    mine = Statement(said, vault.me.id.hex(), sequence, author.on, facts)
    roster = follow(people.roster, mine)
    seal = _sealer(vault, reason.strip()) if reason.strip() else None
    act.log(said, objects=(*objects, PEOPLE), facts=signed, seal=seal)
    people.roster = roster
    people.heads = (*people.heads, digest_of(vault.me.id, said, signed))


def reason_of(vault: Vault, event: Event) -> str:
    """Return why something was stated, as far as it was said and may be read."""
    if not event.sealed:
        return ""
    try:
        facts = vault.records.open_for_client(
            vault.agency,
            _TABLE,
            vault.agency,
            event.sealed,
            event.sequence,
            level=OF_RECORDS,
        )
    except (NotAuthorised, NotFound):
        return ""
    return str(facts.get("reason", ""))


def _sealer(vault: Vault, reason: str) -> Sealer:
    return lambda sequence: vault.records.seal_for_client(
        vault.agency,
        _TABLE,
        vault.agency,
        {"reason": reason},
        sequence,
        level=OF_RECORDS,
    )


def roster_after(
    vault: Vault, statements: Sequence[tuple[str, Mapping[str, Any]]]
) -> Roster:
    """Return the roster as it would stand after statements nobody has made yet."""
    roster, on = vault.people.roster, vault.now().date()
    for act, facts in statements:
        said = Statement(act, vault.me.id.hex(), vault.catalogue.log_size(), on, facts)
        roster = follow(roster, said)
    return roster


def reload_people(vault: Vault) -> None:
    """Read the statements anew, as this or another process has added to them."""
    vault.reload_people(vault.catalogue)


def refresh_people(vault: Vault) -> None:
    """Notice statements of others; whoever was let go meanwhile stops here."""
    if len(vault.catalogue.sequences_of(PEOPLE)) != len(vault.people.heads):
        reload_people(vault)
    if not vault.me.is_active:
        raise NotAuthorised(
            "this identity no longer belongs to the vault", code="identity.foreign"
        )
