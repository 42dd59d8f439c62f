"""State, take back and correct facts of a client; due dates follow, never unseen.

What would move is planned first. A change that would let a paper be destroyed
earlier than was promised is refused unless an owner asks for it with a reason.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledgervault.domain.client_facts import YEAR_END, FactEvent
from ledgervault.domain.clients import (
    Client,
    find_event,
    needs_reason,
    verify_client,
    with_event,
)
from ledgervault.errors import NotAuthorised, PolicyRefusal, UsageInvalid
from ledgervault.ids import random_id, short_code
from ledgervault.ports.rows import ClientRow
from ledgervault.vault.authority import authorise
from ledgervault.vault.finding import get_client, verify_free
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import client_statement
from ledgervault.vault.redating import Redating, plan_redating, redate
from ledgervault.vault.truth import CLIENT_EDITED, CLIENT_EVENT
from ledgervault.vault.views import ClientView, view_client
from ledgervault.vault.writing import writing

SHORTENING_ROLES = ("owner", "partner")
EXAMPLES = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A fact as a user states it; `undoes` takes an earlier statement back."""

    fact: str = ""
    value: str = ""
    on: date | None = None
    series: str = ""
    period: str = ""
    undoes: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a change is made."""

    reason: str = ""
    may_shorten: bool = False
    is_dry_run: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Restated:
    """A client after a change, and what the change moves."""

    view: ClientView
    event: FactEvent | None
    redating: Redating
    is_dry_run: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Change:
    row: ClientRow
    before: Client
    after: Client
    event: FactEvent | None
    act: str


def state_event(
    vault: Vault, name: str, statement: Statement, terms: Terms
) -> Restated:
    """State a fact about a client, or take a statement back.

    A fiscal year end holds from the day `on`; every other fact counts by its value.
    """
    authorise(vault, "client")
    row, client = get_client(vault, name)
    event = _event(vault, client, statement, terms)
    if needs_reason(client, event) and not terms.reason.strip():
        raise UsageInvalid(
            "taking back or replacing a fact needs a reason",
            hint="add --reason TEXT; it goes on the record",
            code="usage.reason",
        )
    change = _Change(row, client, with_event(client, event), event, CLIENT_EVENT)
    return _carry_out(vault, change, terms)


def edit_client(
    vault: Vault, name: str, changes: Mapping[str, object], terms: Terms
) -> Restated:
    """Correct a client's record; a fiscal year end is then one that always held."""
    authorise(vault, "client")
    row, client = get_client(vault, name)
    wanted = {key: value for key, value in changes.items() if value is not None}
    if not wanted:
        raise UsageInvalid("say what to change", hint="such as --name NAME")
    year_end = wanted.pop(YEAR_END, None)
    changed = dataclasses.replace(client, **wanted)  # type: ignore[arg-type]
    event = None
    if isinstance(year_end, str):
        said = Statement(YEAR_END, year_end)
        event = dataclasses.replace(_event(vault, client, said, terms), on=None)
        changed = with_event(changed, event)
    verify_client(changed)
    verify_free(vault, changed, but=client.code)
    change = _Change(row, client, changed, event, CLIENT_EDITED)
    return _carry_out(vault, change, terms)


def _event(
    vault: Vault, client: Client, statement: Statement, terms: Terms
) -> FactEvent:
    event = FactEvent(
        id=short_code("E", random_id()),
        fact=statement.fact,
        value=statement.value,
        on=statement.on or vault.today(client.jurisdiction),
        reason=terms.reason.strip(),
        by=vault.me.id.hex(),
        at=vault.now().isoformat(timespec="seconds"),
        series=statement.series,
        period=statement.period,
    )
    if not statement.undoes:
        return event
    undone = find_event(client, statement.undoes)
    return dataclasses.replace(
        event, fact=undone.fact, value=undone.value, undoes=undone.id
    )


def _carry_out(vault: Vault, change: _Change, terms: Terms) -> Restated:
    if terms.is_dry_run:
        return _restated(vault, change, change.row, _plan(vault, change), terms)
    with writing(vault, change.act):
        redating = _plan(vault, change)
        _verify_not_shortened(vault, redating, terms)
        fresh = _write(vault, change, redating, terms)
    return _restated(vault, change, fresh, redating, terms)


def _plan(vault: Vault, change: _Change) -> Redating:
    return plan_redating(vault, change.row.id, change.before, change.after)


def _restated(
    vault: Vault, change: _Change, row: ClientRow, redating: Redating, terms: Terms
) -> Restated:
    view = view_client(vault, row, change.after)
    return Restated(view, change.event, redating, terms.is_dry_run)


def _verify_not_shortened(vault: Vault, redating: Redating, terms: Terms) -> None:
    shortened = redating.shortened
    if not shortened:
        return
    if not terms.may_shorten:
        raise PolicyRefusal(
            f"{len(shortened)} documents could be destroyed earlier than promised, "
            f"such as {', '.join(_shown(one) for one in shortened[:EXAMPLES])}",
            hint="look at all with --dry-run; if it is true and meant, an owner adds "
            "--unsafe-shorten and --reason TEXT",
            code="facts.shorten",
        )
    if not terms.reason.strip():
        raise UsageInvalid(
            "shortening needs a reason",
            hint="add --reason TEXT; it goes on the record",
            code="usage.reason",
        )
    if vault.me.role not in SHORTENING_ROLES:
        raise NotAuthorised(
            f"a {vault.me.role} may not shorten what was promised",
            hint="it takes one of " + ", ".join(SHORTENING_ROLES),
            code="facts.role",
        )


def _shown(one: Any) -> str:
    return f"{one.code} ({one.old or 'open'} -> {one.new})"


def _write(
    vault: Vault, change: _Change, redating: Redating, terms: Terms
) -> ClientRow:
    row, records = change.row, vault.records
    version = row.row_version + 1
    sealed = records.seal_for_client(
        row.id, "clients", row.id, change.after.as_json(), version
    )
    fresh = dataclasses.replace(row, sealed=sealed, row_version=version)
    stated = client_statement(change.after, version)
    said = change.event.as_json() if change.event else {"reason": terms.reason}
    with vault.act() as act:
        act.tx.update_client(fresh)
        act.log(
            change.act,
            objects=(row.id.hex(),),
            facts={**stated, "shortened": len(redating.shortened)},
            seal=lambda sequence: records.seal_for_client(
                row.id, "events", row.id, said, sequence
            ),
        )
        redate(vault, act, row.id, redating)
    records.remember_client(fresh)
    return fresh
