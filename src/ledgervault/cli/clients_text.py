"""How clients look: what is in force, who said so and when, what a change moves."""

from typing import Any

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import pad, printable

LABEL_WIDTH = 18
SHOWN_MOVES = 20


def client_shape(view: Any) -> dict[str, Any]:
    """Return the contract's shape of a client."""
    client = view.client
    return {
        "id": view.id,
        "code": client.code,
        "name": client.name,
        "kind": client.kind,
        "jurisdiction": client.jurisdiction,
        "fiscal_year_end": client.fiscal_year_end,
        "folders": list(client.folders),
        "dates": {key: day.isoformat() for key, day in client.dates.items()},
        "open_matters": sorted(client.open_matters),
        "documents": view.documents,
    }


def history_shape(client: Any) -> list[dict[str, Any]]:
    """Return every statement about a client, oldest first, and whether it counts."""
    from ledgervault.domain.client_facts import standing

    counting = {event.id for event in standing(client.events)}
    return [
        {
            "id": event.id,
            "fact": event.fact,
            "value": event.value,
            "on": event.on.isoformat() if event.on else None,
            "reason": event.reason,
            "by": event.by,
            "at": event.at,
            "series": event.series or None,
            "period": event.period or None,
            "undoes": event.undoes or None,
            "counts": event.id in counting,
        }
        for event in client.events
    ]


def client_text(view: Any) -> str:
    """Write a client's page: its record, then the history of its facts."""
    shape = client_shape(view)
    lines = [
        f"{pad(translate(key), LABEL_WIDTH)} {plain_text(item)}"
        for key, item in shape.items()
    ]
    if view.client.events:
        lines += ["", translate("History of facts"), _history_table(view.client)]
    return "\n".join(lines)


def restated_shape(restated: Any) -> dict[str, Any]:
    """Return the contract's shape of a change: the client and what it moves."""
    redating = restated.redating
    shape: dict[str, Any] = {
        "client": client_shape(restated.view),
        "event": restated.event.id if restated.event else None,
        "redated": [_move_shape(one) for one in redating.documents],
        "folders": [_folder_shape(one) for one in redating.folders],
        "shortened": len(redating.shortened),
        "history": history_shape(restated.view.client),
    }
    return shape | ({"dry_run": True} if restated.is_dry_run else {})


def restated_text(restated: Any) -> str:
    """Say what a change moves, and how to take it back."""
    redating = restated.redating
    moved = "{count} due dates would move, {shortened} of them earlier."
    if not restated.is_dry_run:
        moved = "{count} due dates moved, {shortened} of them earlier."
    count, shortened = len(redating.documents), len(redating.shortened)
    lines = [phrase(moved, count=count, shortened=shortened)]
    if redating.documents:
        lines.append(_moves_table(redating.documents[:SHOWN_MOVES]))
    if count > SHOWN_MOVES:
        lines.append(
            phrase(
                "  and {count} more; --json lists them all", count=count - SHOWN_MOVES
            )
        )
    if restated.is_dry_run:
        return "\n".join(lines)
    lines.append(client_text(restated.view))
    if restated.event:
        code, event = restated.view.client.code, restated.event.id
        lines.append(
            phrase(
                "To take it back: vault client event {code} --undo {event} --reason TEXT",
                code=printable(code),
                event=event,
            )
        )
    return "\n".join(lines)


def _history_table(client: Any) -> str:
    from ledgervault.domain.client_facts import standing
    from ledgervault.ids import short_code

    counting = {event.id for event in standing(client.events)}
    rows = [
        (
            event.id,
            _what(event),
            event.on or translate("always"),
            _state(event, counting),
            short_code("U", bytes.fromhex(event.by)) if event.by else "-",
            event.at[:10] or "-",
            event.reason or "-",
        )
        for event in client.events
    ]
    columns = ("id", "fact", "on", "state", "who", "stated", "reason")
    return current().output.table(columns, rows)


def _what(event: Any) -> str:
    scope = ", ".join(part for part in (event.series, event.period) if part)
    return f"{event.fact} {event.value}" + (f" ({scope})" if scope else "")


def _state(event: Any, counting: set[str]) -> str:
    if event.undoes:
        return f"{translate('undoes')} {event.undoes}"
    return translate("counts" if event.id in counting else "undone")


def _moves_table(moves: Any) -> str:
    rows = [
        (
            one.code,
            one.row.series,
            one.details.period or "-",
            one.old or translate("not known"),
            one.new or translate("not known"),
            translate("earlier") if one.is_shortened else "",
        )
        for one in moves
    ]
    columns = ("id", "series", "period", "old due", "new due", "")
    return current().output.table(columns, rows)


def _move_shape(one: Any) -> dict[str, Any]:
    shape = {"id": one.code, "old": _day(one.old), "new": _day(one.new)}
    return shape | ({"shortened": True} if one.is_shortened else {})


def _folder_shape(one: Any) -> dict[str, Any]:
    return {
        "id": one.row.code,
        "old": _day(one.row.due),
        "new": _day(one.new),
        "documents": one.documents,
    }


def plain_text(item: Any) -> str:
    """Write a value of a JSON shape for people."""
    if isinstance(item, dict):
        item = [f"{key} {value}" for key, value in item.items()]
    if isinstance(item, list):
        item = ", ".join(map(str, item)) or "-"
    return "-" if item is None else printable(str(item))


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
