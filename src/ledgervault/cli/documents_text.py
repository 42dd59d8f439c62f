"""How documents look: one line in a list, a page when shown, a history."""

from typing import Any

from ledgervault.cli.output import number_text, size_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import pad, printable

LABEL_WIDTH = 14


def listing_text(listing: Any) -> str:
    """Write a page of a listing."""
    if not listing.documents:
        return translate("Nothing found.")
    rows = []
    for view in listing.documents:
        shown = view.details
        rows.append(
            (
                view.row.code,
                view.client or "-",
                shown.title if shown else f"({translate(view.state)})",
                view.row.series,
                translate(shown.level) if shown else "-",
                (shown.period if shown else None) or "-",
                view.row.due or "-",
            )
        )
    columns = ("id", "client", "title", "series", "level", "period", "due")
    table = current().output.table(columns, rows)
    if listing.next is None:
        return table
    return table + "\n" + phrase("More: --after {next}", next=listing.next)


def shown_shape(shown: Any) -> dict[str, Any]:
    """Return the contract's shape of a shown document."""
    details = shown.details
    value: dict[str, Any] = shown.view.as_json()
    value["versions"] = [
        {
            "version": one.version,
            "stored_bytes": one.length,
            "cipher_sha256": one.cipher_sha256.hex(),
        }
        for one in shown.versions
    ]
    value |= {
        "facts": dict(details.facts),
        "fields": dict(details.fields),
        "detected": dict(details.detected),
        "holds": list(shown.holds),
        "mime": details.mime,
        "rule": details.rule,
        "inbox": details.is_inbox,
        "unread": details.unread or None,
        "purpose": details.purpose,
        "retention": {
            "state": shown.retention.state,
            "due": shown.retention.due.isoformat() if shown.retention.due else None,
            "action": shown.retention.action,
            **shown.retention.decision.as_json(),
        },
    }
    return value


def shown_text(shown: Any) -> str:
    """Write a document's page."""
    details, row = shown.details, shown.view.row
    decision = shown.retention.decision
    found = ", ".join(f"{name} × {count}" for name, count in details.detected.items())
    fields = ", ".join(
        f"{k}={v}" for k, v in {**details.fields, **details.facts}.items()
    )
    pairs = (
        ("title", details.title),
        ("client", shown.view.client or "-"),
        ("name", details.name),
        ("kind", f"{details.type} ({details.mime}), {size_text(details.size)}"),
        ("series", row.series),
        ("level", translate(details.level)),
        ("period", details.period or "-"),
        ("folder", shown.view.as_json()["folder"]),
        (
            "retention",
            f"{translate(shown.retention.state)}; {decision.facts.get('retention', '-')}",
        ),
        ("due", shown.retention.due or translate(_no_due(shown.retention.state))),
        (
            "because",
            f"{decision.rule} ({decision.citation or '-'}); {decision.facts.get('because', '')}",
        ),
        ("holds", ", ".join(shown.holds) or "-"),
        ("found", found or "-"),
        ("fields", fields or "-"),
        ("filed by", f"{details.rule}; {details.ingested_at}"),
        *((("unread", _reasons(details.unread)),) if details.unread else ()),
    )
    lines = [f"{row.code}"]
    lines += [
        f"  {pad(translate(label), LABEL_WIDTH)} {printable(str(value))}"
        for label, value in pairs
    ]
    return "\n".join(lines)


def _reasons(unread: str) -> str:
    # A reason about a paper inside stands behind that paper's name.
    told = (part.rpartition(": ") for part in unread.split("; "))
    return "; ".join(f"{name}{mark}{translate(why)}" for name, mark, why in told)


def edited_shape(edited: Any) -> dict[str, Any]:
    """Return the contract's shape of a reclassification: before and after."""
    return {
        "id": edited.code,
        "before": _filing_shape(edited.old_row, edited.before),
        "after": _filing_shape(edited.row, edited.after),
        "due": edited.row.due.isoformat() if edited.row.due else None,
    }


def _filing_shape(row: Any, details: Any) -> dict[str, Any]:
    return {
        "series": row.series,
        "level": details.level,
        "period": details.period,
        "title": details.title,
    }


def edited_text(edited: Any) -> str:
    """Say in one line where a document stands now."""
    return phrase(
        "{id}: {series}, {level}, {period}; due {due}.",
        id=edited.code,
        series=edited.row.series,
        level=edited.after.level,
        period=edited.after.period or "-",
        due=edited.row.due or translate("not known"),
    )


def _no_due(state: str) -> str:
    return "never" if state == "permanent" else "not known"


def history_text(lines: list[Any]) -> str:
    """Write a document's history."""
    from ledgervault.domain.calendar import instant_text
    from ledgervault.ids import short_code

    rows = []
    for line in lines:
        details = ", ".join(f"{key}: {value}" for key, value in line.details.items())
        rows.append(
            (
                number_text(line.event.sequence),
                instant_text(line.event.time_ms),
                short_code("U", line.event.actor),
                line.event.act,
                details,
            )
        )
    return current().output.table(("entry", "time", "who", "act", "details"), rows)
