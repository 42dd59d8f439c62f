"""`vault purge`: propose what has expired, destroy what was approved."""

from typing import Annotated, Any

import typer

from ledgervault.cli.output import first_few
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import IntegrityViolated, ItemsFailed, UsageInvalid


def register(parent: typer.Typer) -> None:
    """Add `vault purge`."""
    parent.command("purge")(purge)


def purge(
    expired: Annotated[
        bool, typer.Option("--expired", help="What has expired.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Look at this day (dry run only).")
    ] = None,
) -> None:
    """Propose what has expired, destroy what was approved.

    Example: vault purge --expired --dry-run
    """
    from ledgervault.domain.client_facts import parse_day
    from ledgervault.services.purging import purge_expired

    if not expired:
        raise UsageInvalid("say what to purge", hint="vault purge --expired")
    if as_of is not None and not dry_run:
        raise UsageInvalid("--as-of is for dry runs only", hint="add --dry-run")
    day = parse_day(as_of) if as_of else None
    with current().opened_vault() as vault:
        report = purge_expired(vault, is_dry_run=dry_run, as_of=day)
        value = _purge_shape(report, dry_run)
    current().output.show(value, lambda: _purge_text(value))
    if any(one.is_violation for one in report.refused):
        raise IntegrityViolated(
            "what is stored contradicts what was signed; nothing of it was destroyed",
            hint="run `vault verify` and compare with a backup before going on",
            code="purge.violated",
        )
    if any(one["code"] not in _WAITING for one in value["refused"]):
        raise ItemsFailed("some folders were refused")


# Folders that are kept for a reason of the rules are news, not failures.
_WAITING = frozenset(
    {
        f"retention.{state}"
        for state in ("active", "held", "restricted", "permanent", "indeterminate")
    }
)


def _purge_shape(report: Any, is_dry_run: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "proposed": [_row_shape(row) for row in report.proposed],
        "executed": [_row_shape(row) for row in report.executed],
        "destroyed": report.destroyed,
        "certified": [_row_shape(row) for row in report.certified],
        "owed": [_row_shape(row) for row in report.owed],
        "pending": [
            {
                **_row_shape(row),
                "missing": [{"role": role, "count": count} for role, count in missing],
                "not_before": ready.isoformat() if ready else None,
            }
            for row, missing, ready in report.pending
        ],
        "refused": [
            {"id": one.subject, "code": one.code, "reason": one.reason}
            for one in report.refused
        ],
    }
    shape["on_paper"] = {code: list(asked) for code, asked in report.on_paper.items()}
    if is_dry_run:
        shape["dry_run"] = True
        shape["proposed"] = [
            {
                "id": None,
                "folder": one.folder.code,
                "series": one.order.series,
                "documents": len(one.order.items),
                "rule": one.order.rule,
                "citation": one.order.citation,
            }
            for one in report.would_propose
        ]
        shape["executed"] = [_row_shape(row) for row in report.would_execute]
    return shape


def _row_shape(row: Any) -> dict[str, Any]:
    from ledgervault.domain.disposal import DisposalOrder
    from ledgervault.ids import short_code
    from ledgervault.ledger.canonical import parse_canonical

    order = DisposalOrder.from_json(parse_canonical(row.order))
    return {
        "id": row.code,
        "folder": short_code("F", row.folder_id),
        "series": order.series,
        "documents": len(order.items),
        "rule": order.rule,
        "citation": order.citation,
        "state": row.state,
    }


_HEADINGS = {
    "proposed": ("Proposed for disposal", "Would be proposed"),
    "executed": ("Destroyed", "Would be destroyed"),
    "pending": ("Waiting for approval", "Waiting for approval"),
}


def _purge_text(value: dict[str, Any]) -> str:
    is_dry_run = "dry_run" in value
    lines: list[str] = []
    fresh = {one["id"] for one in value["proposed"]}
    for key, headings in _HEADINGS.items():
        items = value[key]
        if key == "pending":
            items = [one for one in items if one["id"] not in fresh]
        if items:
            lines += [translate(headings[is_dry_run]), _purge_table(items)]
    lines += first_few(
        [
            phrase(
                "{id} is kept: {reason}", id=one["id"], reason=translate(one["reason"])
            )
            for one in value["refused"]
        ]
    )
    for asked in dict.fromkeys(map(tuple, value["on_paper"].values())):
        text = "On paper as well, before the destruction: {demands}"
        lines += [phrase(text, demands="; ".join(asked))] if asked else []
    if not is_dry_run:
        lines += _purge_next(value)
    return "\n".join(lines) or translate("Nothing has expired.")


def _purge_table(items: list[dict[str, Any]]) -> str:
    names = ["folder", "series", "documents", "citation"]
    if items[0]["id"] is not None:
        names.insert(0, "id")
    rows = [[one[name] for name in names] for one in items]
    return current().output.table(names, rows, right=(names.index("documents"),))


def _purge_next(value: dict[str, Any]) -> list[str]:
    lines = []
    if value["proposed"]:
        first = value["proposed"][0]["id"]
        text = "Next: vault disposal show {id}, then vault disposal approve {id}"
        lines.append(phrase(text, id=first))
    done = value["certified"] or value["executed"]
    if value["owed"]:
        text = "Certificates owed: {count}; somebody who can read them signs: {ids}"
        owed = [one["id"] for one in value["owed"]]
        lines.append(phrase(text, count=len(owed), ids=", ".join(owed[:8])))
    elif done:
        text = "Next: vault disposal certificate {id}"
        lines.append(phrase(text, id=done[0]["id"]))
    return lines
