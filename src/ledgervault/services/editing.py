"""Reclassify a document, with a reason: new folder, new leaf, new wrap, old leaf gone."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    wrap_dek,
)
from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.client_facts import DATE_FACTS, NONE, parse_day
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import LEVELS
from ledgervault.errors import NotFound, UsageInvalid
from ledgervault.ids import ClientId
from ledgervault.ports.rows import DocumentRow, FolderRow, VersionRow
from ledgervault.vault.contents import document_key
from ledgervault.vault.epochs import erase_leaf
from ledgervault.vault.filing import FolderPlan, fiscal_label, retention_of
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.holding import refuse_if_archived
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.redating import refresh_folder, subject_of
from ledgervault.vault.truth import EDITED, clear_facts, verify_document_row
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
    subject = dataclasses.replace(subject_of(row, after), series=series)
    today = vault.today(client.jurisdiction)
    due = retention_of(subject, client, vault.policy, today=today).due
    plan = FolderPlan(vault.catalogue, vault.records)
    fresh = _moved(
        vault,
        plan,
        row,
        client_id=client_id,
        client=client,
        aim=_Aim(after, series, due),
    )
    vault.ring.open_folders(plan.new_folders(), log_size=vault.checkpoint().size)
    sealed = vault.records.seal_document(fresh, after)
    fresh = dataclasses.replace(fresh, sealed=sealed)
    versions = [
        _rewrapped(vault, row, fresh, v) for v in vault.catalogue.versions(row.id)
    ]
    with vault.act() as act:
        _write(act, plan, fresh, versions)
        for folder_id in {row.folder_id, fresh.folder_id}:
            refresh_folder(vault, act, folder_id)
        _log(vault, act, row, fresh, request)
    if (row.folder_id, row.leaf) != (fresh.folder_id, fresh.leaf):
        # The old leaf would still open the old wrap in an old backup.
        erase_leaf(vault, row.client_id, row.folder_id, row.leaf)
    return Edited(row.code, before, after, row, fresh)


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


@dataclasses.dataclass(frozen=True, slots=True)
class _Aim:
    details: DocumentDetails
    series: str
    due: date | None


def _moved(
    vault: Vault,
    plan: FolderPlan,
    row: DocumentRow,
    *,
    client_id: ClientId,
    client: Client,
    aim: _Aim,
) -> DocumentRow:
    compartment = vault.records.compartment(client_id, aim.details.level)
    folder = vault.catalogue.folder(row.folder_id)
    label = fiscal_label(aim.details.period, client)
    same = (
        client_id == row.client_id
        and aim.series == row.series
        and vault.records.folder_facts(folder)["period"] == label
    )
    placed: tuple[FolderRow, int] = (folder, row.leaf)
    if not same:
        placed = plan.place(
            client_id, client, series=aim.series, label=label, due=aim.due
        )
    return dataclasses.replace(
        row,
        client_id=client_id,
        folder_id=placed[0].id,
        leaf=placed[1],
        compartment_id=compartment.id,
        series=aim.series,
        due=aim.due,
        row_version=row.row_version + 1,
    )


def _rewrapped(
    vault: Vault, old: DocumentRow, fresh: DocumentRow, version: VersionRow
) -> VersionRow:
    compartment = vault.records.compartment_by_id(fresh.compartment_id)
    header = WrapHeader(
        suite=parse_wrap_header(version.wrap).suite,
        kek_epoch=compartment.doc_epoch,
        compartment=compartment.id,
        folder=fresh.folder_id,
        leaf=fresh.leaf,
    )
    wrap = wrap_dek(
        document_key(vault, old, version),
        kek=vault.keychain.doc_kek(compartment.id, compartment.doc_epoch),
        shred=vault.ring.shred_key(fresh.client_id, fresh.folder_id, fresh.leaf),
        header=header,
        binding=WrapBinding(vault.id, fresh.id, version.version),
    )
    return dataclasses.replace(version, wrap=wrap)


def _write(
    act: Act, plan: FolderPlan, fresh: DocumentRow, versions: list[VersionRow]
) -> None:
    act.tx.add_folders(plan.rows_to_add())
    act.tx.update_folders(plan.rows_to_update())
    act.tx.update_document(fresh)
    act.tx.update_versions(versions)


def _log(
    vault: Vault, act: Act, old: DocumentRow, fresh: DocumentRow, request: EditRequest
) -> None:
    old_due = old.due.isoformat() if old.due else None
    act.log(
        EDITED,
        objects=(fresh.id.hex(),),
        facts={"row": clear_facts(fresh), "old_due": old_due, "old_series": old.series},
        seal=lambda sequence: vault.records.seal_event(
            fresh, {"reason": request.reason}, sequence
        ),
    )
