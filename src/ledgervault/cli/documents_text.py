"""How documents look: one line in a list, a page when shown, a history."""

from typing import Any

from ledgervault.cli.inbox_text import (
    accepting_command,
    percent_text,
    suggestion_text,
    waiting_shape,
)
from ledgervault.cli.output import number_text, size_text
from ledgervault.cli.session import current
from ledgervault.cli.words import language, phrase, translate
from ledgervault.formats.period_words import period_words


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
        "confidence": details.confidence,
        "reviewed": _review_shape(details),
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
    return {**value, **waiting_shape(shown.waiting)}


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
            f"{translate(shown.retention.state)}; {_kept(decision)}",
        ),
        ("due", shown.retention.due or translate(_no_due(shown.retention.state))),
        (
            "because",
            f"{decision.rule} ({decision.citation or '-'}); {translate(decision.facts.get('because', ''))}",
        ),
        ("holds", ", ".join(shown.holds) or "-"),
        ("found", found or "-"),
        ("fields", fields or "-"),
        ("filed by", _filed_by(details)),
        *((("unread", _reasons(details.unread)),) if details.unread else ()),
        *_waiting_pairs(shown.waiting),
    )
    return f"{row.code}\n" + current().output.pairs(pairs, indent="  ")


def _kept(decision: Any) -> str:
    return period_words(decision.facts.get("retention", "-"), language())


def _reasons(unread: str) -> str:
    # A reason about a paper inside stands behind that paper's name.
    told = (part.rpartition(": ") for part in unread.split("; "))
    return "; ".join(f"{name}{mark}{translate(why)}" for name, mark, why in told)


def _review_shape(details: Any) -> dict[str, str] | None:
    if not details.review:
        return None
    return {"by": details.review["by"], "at": details.review["at"]}


def _filed_by(details: Any) -> str:
    from ledgervault.ids import short_code

    words = [details.rule, details.ingested_at]
    if details.confidence is not None:
        words.insert(1, percent_text(details.confidence))
    if details.review:
        who = short_code("U", bytes.fromhex(details.review["by"]))
        at = details.review["at"]
        words.append(phrase("confirmed by {who}, {at}", who=who, at=at))
    return "; ".join(words)


def _waiting_pairs(waiting: Any) -> list[tuple[str, str]]:
    if waiting is None:
        return []
    pairs = [("waits for", ", ".join(translate(one) for one in waiting.reasons))]
    found = waiting.suggestion
    if suggestion_text(waiting):
        sure = f" ({percent_text(found.confidence)})" if found else ""
        pairs.append(("suggested", suggestion_text(waiting) + sure))
    command = accepting_command(waiting)
    return [*pairs, ("accept", command)] if command else pairs


def _no_due(state: str) -> str:
    return "never" if state == "permanent" else "not known"


def history_text(lines: list[Any]) -> str:
    """Write a document's history."""
    from ledgervault.domain.calendar import instant_text
    from ledgervault.ids import short_code

    rows = []
    for line in lines:
        details = _note_text(line.details)
        rows.append(
            (
                number_text(line.event.sequence),
                instant_text(line.event.time_ms),
                short_code("U", line.event.actor),
                line.event.act,
                details,
            )
        )
    columns = ("entry", "time", "who", "act", "details")
    return current().output.table(columns, rows, right=(0,))


def _note_text(note: Any) -> str:
    """Write what is sealed in an event; earlier values as pairs."""
    words = [f"{key}: {value}" for key, value in note.items() if key != "before"]
    before = note.get("before") or {}
    earlier = [f"{name}={_value_text(before[name])}" for name in before]
    if earlier:
        words.append(phrase("was {values}", values=", ".join(earlier)))
    return "; ".join(words)


def _value_text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}:{one}" for key, one in value.items()) or "-"
    return "-" if value is None else str(value)
