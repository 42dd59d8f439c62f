"""Registers: enter, list, show and advance entries of the kinds the policy names."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.registers import (
    Entry,
    EntryInvalid,
    Problem,
    find_kind,
    first_state,
    list_problems,
    person_field,
)
from ledgervault.domain.rules import RegisterKind
from ledgervault.errors import Conflict, LedgerVaultError, NotAuthorised, PolicyRefusal
from ledgervault.ids import parse_code, random_id
from ledgervault.vault.authority import OWNER, authorise
from ledgervault.vault.finding import choose, get_client
from ledgervault.vault.names import find_user, names_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.registers import (
    entries_of,
    kind_object,
    log_entry,
    open_fields,
    selves_of,
)
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class EntryView:
    """An entry opened for the acting person, people by their names."""

    entry: Entry
    person: str
    author: str
    stated: Mapping[str, str] | None  # None without the key


def add_entry(
    vault: Vault, kind: str, given: Mapping[str, str], *, state: str = ""
) -> EntryView:
    """Enter something in a register; every problem is told at once."""
    authorise(vault, "register")
    known = find_kind(vault.policy, kind)
    state = state or first_state(known)
    fields = _checked(vault, known, state, given)
    entry = Entry(
        id=random_id(),
        code="",
        kind=known.id,
        person=fields.get(person_field(known), ""),
        state=state,
        until=None,
        revision=1,
        entered_on=vault.now().date(),
        reached={},
        author=vault.me.id.hex(),
    )
    return _write(vault, known, entry, fields)


def advance_entry(
    vault: Vault, kind: str, name: str, *, state: str, given: Mapping[str, str]
) -> EntryView:
    """Move an entry to another state, with what has become known since."""
    authorise(vault, "register")
    known = find_kind(vault.policy, kind)
    entry = open_fields(vault, _find(vault, known, name))
    if entry.fields is None:
        raise NotAuthorised(
            f"you have no key for what {entry.code} states",
            hint="ask somebody who may read it",
            code="register.no-key",
        )
    state = state or entry.state
    fields = {**entry.fields, **_checked_changes(vault, known, entry, state, given)}
    if fields == entry.fields and state == entry.state:
        raise Conflict(
            f"{entry.code} is {state} already",
            hint="name another state, or FIELD=VALUE for what has changed",
            code="register.unchanged",
        )
    moved = dataclasses.replace(entry, state=state, revision=entry.revision + 1)
    return _write(vault, known, moved, fields)


def list_entries(vault: Vault, kind: str) -> list[EntryView]:
    """Return the entries of a register, oldest first."""
    authorise(vault, "register")
    known = find_kind(vault.policy, kind)
    entries = entries_of(vault, kind_object(known.id))
    vault.note("register.listed", facts={"kind": known.id, "count": len(entries)})
    return [_view(vault, open_fields(vault, one)) for one in entries]


def show_entry(vault: Vault, kind: str, name: str) -> EntryView:
    """Return one entry with what it states."""
    authorise(vault, "register")
    entry = _find(vault, find_kind(vault.policy, kind), name)
    vault.note("register.read", objects=(entry.id.hex(),))
    return _view(vault, open_fields(vault, entry))


def _find(vault: Vault, kind: RegisterKind, name: str) -> Entry:
    code = parse_code("R", name)
    entries = entries_of(vault, kind_object(kind.id))
    return choose("R", code, [one for one in entries if one.code.startswith(code)])


def _checked(
    vault: Vault, kind: RegisterKind, state: str, given: Mapping[str, str]
) -> dict[str, str]:
    fields, problems = _resolved(vault, kind, given)
    problems += list_problems(kind, state, fields, _today(vault))
    if problems:
        raise EntryInvalid(problems, kind)
    return fields


def _checked_changes(
    vault: Vault,
    kind: RegisterKind,
    entry: Entry,
    state: str,
    given: Mapping[str, str],
) -> dict[str, str]:
    changes, problems = _resolved(vault, kind, given)
    about = person_field(kind)
    if changes.get(about, entry.person) != entry.person:
        problems.append(("{field} of an entry does not change", {"field": about}))
    whole = {**(entry.fields or {}), **changes}
    problems += list_problems(kind, state, whole, _today(vault))
    if problems:
        raise EntryInvalid(problems, kind)
    return changes


def _resolved(
    vault: Vault, kind: RegisterKind, given: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Put ids in place of the names of people, codes in place of clients' names."""
    types = {one.name: one.type for one in kind.fields}
    fields = dict(given)
    problems: list[Problem] = []
    for name, value in given.items():
        try:
            if types.get(name) == "person":
                fields[name] = find_user(vault, value)[0].id.hex()
            elif types.get(name) == "client":
                fields[name] = get_client(vault, value)[1].code
        except LedgerVaultError as error:
            values = {"field": name, "problem": error.message}
            problems.append(("{field}: {problem}", values))
    return fields, problems


def _write(
    vault: Vault, kind: RegisterKind, entry: Entry, fields: Mapping[str, str]
) -> EntryView:
    _refuse_about_oneself(vault, kind, entry)
    with writing(vault, "register"), vault.act() as act:
        log_entry(vault, act, kind, entry=entry, fields=fields)
    vault.rulings.forget()
    written = entries_of(vault, entry.id.hex())[0]
    return _view(vault, open_fields(vault, written))


def _refuse_about_oneself(vault: Vault, kind: RegisterKind, entry: Entry) -> None:
    is_about_me = entry.person in selves_of(vault, vault.me.id.hex())
    if kind.satisfies and is_about_me and OWNER not in vault.me.roles:
        raise PolicyRefusal(
            f"nobody enters about himself what register {kind.id} makes true",
            hint="ask a colleague who may enter it",
            code="register.about-oneself",
        )


def _view(vault: Vault, entry: Entry) -> EntryView:
    names = {user.hex(): name for user, name in names_of(vault).items()}
    people = {
        one.name
        for pack in vault.policy.packs
        for kind in pack.registers
        for one in kind.fields
        if kind.id == entry.kind and one.type == "person"
    }
    stated = entry.fields and {
        name: _called(names, value) if name in people else value
        for name, value in entry.fields.items()
    }
    return EntryView(
        entry, _called(names, entry.person), _called(names, entry.author), stated
    )


def _called(names: Mapping[str, str], person: str) -> str:
    return names.get(person, "")


def _today(vault: Vault) -> date:
    return vault.now().date()
