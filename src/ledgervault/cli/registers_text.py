"""How entries of registers and what is due look."""

from collections.abc import Sequence
from typing import Any

from ledgervault.cli.session import current
from ledgervault.cli.words import translate


def entry_shape(view: Any) -> dict[str, Any]:
    """Return the contract's shape of an entry; `fields` null without the key."""
    entry = view.entry
    return {
        "id": entry.code,
        "register": entry.kind,
        "person": view.person or None,
        "state": entry.state,
        "until": _day(entry.until),
        "entered_on": entry.entered_on.isoformat(),
        "revision": entry.revision,
        "by": view.author,
        "fields": dict(view.stated) if view.stated is not None else None,
    }


def entry_text(view: Any) -> str:
    """Write one entry as labels and values."""
    entry = view.entry
    rows = [
        ("id", entry.code),
        ("state", translate(entry.state)),
        ("person", view.person or "-"),
        ("until", _day(entry.until) or "-"),
        ("entered", entry.entered_on.isoformat()),
        ("by", view.author),
    ]
    rows += list((view.stated or {}).items())
    return current().output.pairs(rows)


def entries_text(views: Sequence[Any]) -> str:
    """Write entries as a table."""
    if not views:
        return translate("Nothing is entered.")
    columns = ("id", "person", "state", "until", "entered", "by")
    rows = [
        (
            view.entry.code,
            view.person or "-",
            translate(view.entry.state),
            _day(view.entry.until) or "-",
            view.entry.entered_on,
            view.author,
        )
        for view in views
    ]
    return current().output.table(columns, rows)


def due_shape(one: Any) -> dict[str, Any]:
    """Return the contract's shape of something due."""
    return {
        "on": one.on.isoformat(),
        "what": one.what,
        "kind": one.kind,
        "id": one.code,
        "whose": one.whose or None,
        "detail": one.detail or None,
    }


def due_text(found: Sequence[Any]) -> str:
    """Write what is due as a table."""
    if not found:
        return translate("Nothing is due.")
    columns = ("day", "what", "kind", "id", "whose", "detail")
    rows = [
        (
            one.on,
            translate(one.what),
            one.kind,
            one.code,
            one.whose or "-",
            translate(one.detail) if one.detail else "-",
        )
        for one in found
    ]
    return current().output.table(columns, rows)


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
