"""Reports: inventory, activity, destruction; every figure at a log position."""

import dataclasses
from collections import Counter
from datetime import date
from typing import Any

from ledgervault.domain.disposal import DESTROYED, EXECUTED, DisposalOrder
from ledgervault.errors import UsageInvalid
from ledgervault.ids import CODE_BYTES, short_code
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ports.rows import DisposalRow, DocumentFilter
from ledgervault.vault.authority import authorise, permitting
from ledgervault.vault.certifying import find_certificate, find_period
from ledgervault.vault.finding import client_codes, get_client
from ledgervault.vault.opened import Vault
from ledgervault.vault.views import open_view

KINDS = ("inventory", "activity", "destruction")
PAGE = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class ReportRequest:
    """Which report, of whom, of when."""

    kind: str
    client: str | None = None
    start: date | None = None
    end: date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """Rows under columns, totals, and the log position they were computed at."""

    kind: str
    as_of: str
    checkpoint: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    totals: dict[str, Any]


def make_report(vault: Vault, request: ReportRequest) -> Report:
    """Compute one report; the act of reporting is logged before it is computed."""
    authorise(vault, "report")
    makers = {
        "inventory": _inventory,
        "activity": _activity,
        "destruction": _destruction,
    }
    if request.kind not in makers:
        raise UsageInvalid(
            f"unknown report: {request.kind[:40]!r}", hint="one of " + ", ".join(KINDS)
        )
    vault.note("report.made", facts={"kind": request.kind})
    columns, rows, totals = makers[request.kind](vault, request)
    head = vault.checkpoint()
    return Report(
        kind=request.kind,
        as_of=vault.now().isoformat(timespec="seconds"),
        checkpoint=f"{head.size}:{head.root.hex()}",
        columns=columns,
        rows=tuple(rows),
        totals=totals,
    )


Made = tuple[tuple[str, ...], list[dict[str, Any]], dict[str, Any]]


def _inventory(vault: Vault, request: ReportRequest) -> Made:
    counts: Counter[tuple[str | None, ...]] = Counter()
    sizes: Counter[tuple[str | None, ...]] = Counter()
    codes = client_codes(vault)
    client_id = get_client(vault, request.client)[0].id if request.client else None
    after = -1
    wanted = DocumentFilter(client_id=client_id, state="active")
    may = permitting(vault, "report")
    while page := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        for row in page:
            is_visible = row.client_id in codes
            if not is_visible or not may(row):
                continue
            view = open_view(vault, row, codes)
            shown = view.details
            key = (
                view.client,
                row.series,
                shown.level if shown else None,
                shown.period[:4] if shown and shown.period else None,
                row.due.isoformat() if row.due else None,
            )
            counts[key] += 1
            sizes[key] += shown.size if shown else 0
        after = page[-1].ordinal
    columns = ("client", "series", "level", "year", "due", "documents", "bytes")
    rows = [
        dict(zip(columns, (*key, counts[key], sizes[key]), strict=True))
        for key in sorted(counts, key=lambda key: [part or "" for part in key])
    ]
    totals = {"documents": counts.total(), "bytes": sizes.total()}
    return columns, rows, totals


def _activity(vault: Vault, request: ReportRequest) -> Made:
    columns = ("sequence", "time", "actor", "act", "objects")
    entries = vault.catalogue.entries(0, vault.catalogue.log_size())
    subject = get_client(vault, request.client)[0].id.hex() if request.client else None
    rows = []
    acts: Counter[str] = Counter()
    for event in replay(entries, frozenset()):
        day = _instant(event)[:10]
        if request.start and day < request.start.isoformat():
            continue
        if request.end and day > request.end.isoformat():
            continue
        if subject and subject not in _subjects(event):
            continue
        acts[event.act] += 1
        rows.append(_activity_row(event))
    return columns, rows, dict(sorted(acts.items()))


def _activity_row(event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "time": _instant(event),
        "actor": short_code("U", event.actor),
        "act": event.act,
        "objects": " ".join(_code(obj) for obj in event.objects),
    }


def _subjects(event: Event) -> tuple[str, ...]:
    row = event.facts.get("row")
    client = row.get("client") if isinstance(row, dict) else None
    return (*event.objects, str(client))


def _instant(event: Event) -> str:
    from ledgervault.domain.calendar import instant_text

    return instant_text(event.time_ms)


def _code(obj: str) -> str:
    try:
        raw = bytes.fromhex(obj)
    except ValueError:
        return obj
    return short_code("", raw).lstrip("-") if len(raw) >= CODE_BYTES else obj


def _destruction(vault: Vault, request: ReportRequest) -> Made:
    columns = (
        "disposal",
        "state",
        "client",
        "series",
        "period",
        "documents",
        "proposed_on",
        "destroyed_at",
        "certificate",
    )
    codes = client_codes(vault)
    wanted = get_client(vault, request.client)[0].id if request.client else None
    rows = []
    for row in vault.catalogue.disposals():
        if row.client_id not in codes or (wanted and row.client_id != wanted):
            continue
        rows.append(_destruction_row(vault, row, codes.get(row.client_id)))
    done = [row for row in rows if row["state"] in (EXECUTED, DESTROYED)]
    totals = {
        "disposals": len(rows),
        "destroyed": len(done),
        "documents_destroyed": sum(row["documents"] for row in done),
    }
    return columns, rows, totals


def _destruction_row(
    vault: Vault, row: DisposalRow, client: str | None
) -> dict[str, Any]:
    order = DisposalOrder.from_json(parse_canonical(row.order))
    certificate = (find_certificate(vault, row) or {}).get("facts", {})
    return {
        "disposal": row.code,
        "state": row.state,
        "client": client,
        "series": order.series,
        "period": find_period(vault, row),
        "documents": len(order.items),
        "proposed_on": order.proposed_on.isoformat(),
        "destroyed_at": certificate.get("destroyed_at"),
        "certificate": certificate.get("number"),
    }
