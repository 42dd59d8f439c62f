"""Reclassify a document, with a reason; its bytes never change."""

import dataclasses
from collections.abc import Mapping

from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.client_facts import DATE_FACTS, NONE, parse_day
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import LEVELS
from ledgervault.errors import NotFound, PolicyRefusal, UsageInvalid
from ledgervault.ids import ClientId
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.filing import retention_of
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.holding import refuse_if_archived
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of
from ledgervault.vault.refiling import Aim, refile
from ledgervault.vault.truth import verify_document_row
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class EditRequest:
    """What should be different; None leaves a thing as it is."""

    reason: str
    client: str | None = None
    series: str | None = None
    level: str | None = None
    type: str | None = None
    period: str | None = None
    title: str | None = None
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Edited:
    """What a document was and what it is now."""

    code: str
    before: DocumentDetails
    after: DocumentDetails
    old_row: DocumentRow
    row: DocumentRow


def edit_document(vault: Vault, name: str, request: EditRequest) -> Edited:
    """Change what is said of a document; its bytes never change."""
    _verify_request(vault, request)
    with writing(vault, "edit"):
        row = get_document(vault, name)
        verify_document_row(row, vault.catalogue)
        if row.state != "active":
            raise NotFound(f"{row.code} was destroyed", code="destroyed")
        refuse_if_archived(vault, row)
        return _edit(vault, row, request)


def _verify_request(vault: Vault, request: EditRequest) -> None:
    if not request.reason.strip():
        raise UsageInvalid("an edit needs a reason", hint="add --reason TEXT")
    if request == EditRequest(request.reason):
        raise UsageInvalid(
            "say what to change", hint="such as --series S, --period P or --title T"
        )
    if request.level is not None and request.level not in LEVELS:
        raise UsageInvalid(
            f"unknown level: {request.level[:20]!r}", hint="one of " + ", ".join(LEVELS)
        )
    if request.series is not None:
        vault.policy.get_series(request.series)
    if request.period is not None:
        parse_filing_period(request.period)
    for name, value in request.facts.items():
        if name in DATE_FACTS and value != NONE:
            parse_day(value)


def _edit(vault: Vault, row: DocumentRow, request: EditRequest) -> Edited:
    before = vault.records.open_document(row)
    client_id, client, has_client = _client_of(vault, row, before, request)
    after = _changed(before, request, has_client=has_client)
    series = request.series or row.series
    _refuse_below_series(vault, row, series, after.level)
    subject = dataclasses.replace(subject_of(row, after), series=series)
    today = vault.today(client.jurisdiction)
    due = retention_of(subject, client, vault.policy, today=today).due
    is_refiled = bool(request.client or request.series or request.period)
    aim = Aim(client_id, client, after, series, due, is_refiled)
    fresh = refile(vault, row, aim, reason=request.reason)
    return Edited(row.code, before, after, row, fresh)


def _refuse_below_series(
    vault: Vault, row: DocumentRow, series: str, level: str
) -> None:
    lowest = vault.policy.get_series(series).level
    if LEVELS.index(level) < LEVELS.index(lowest):
        raise PolicyRefusal(
            f"{row.code} cannot be {level}: series {series} is {lowest} at least",
            hint="file it under the series it belongs to, or leave the level",
            code="policy.level",
        )


def _client_of(
    vault: Vault, row: DocumentRow, before: DocumentDetails, request: EditRequest
) -> tuple[ClientId, Client, bool]:
    if request.client is not None:
        client_row, client = get_client(vault, request.client)
        return client_row.id, client, not client_row.is_agency
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    return row.client_id, client, before.has_client


def _changed(
    before: DocumentDetails, request: EditRequest, *, has_client: bool
) -> DocumentDetails:
    is_settled = bool(request.series) or not before.rule.startswith("unclassified")
    period = request.period or before.period
    return dataclasses.replace(
        before,
        level=request.level or before.level,
        type=request.type or before.type,
        period=period,
        title=request.title or before.title,
        facts={**before.facts, **request.facts},
        has_client=has_client,
        rule="manual" if request.series or request.level else before.rule,
        is_inbox=before.is_inbox and not (is_settled and has_client and period),
    )
