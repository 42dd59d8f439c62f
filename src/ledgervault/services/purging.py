"""Purge: propose expired folders, execute approved disposals, certify.

`plan` is what a dry run prints and what a purge executes. Everything a
destruction rests on is read from the signed log, not from the database's word:
facts of documents, holds, orders and answers.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.destruction import paper_demands, verified_demands
from ledgervault.domain.disposal import (
    APPROVED,
    EXECUTING,
    OPEN_STATES,
    PROPOSED,
    DisposalOrder,
    Item,
    changed_since,
    demanded_approvals,
    earliest_execution,
    missing_approvals,
)
from ledgervault.errors import Conflict, IntegrityViolated, LedgerVaultError
from ledgervault.ids import DisposalId, random_id, short_code
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ports.rows import (
    DisposalRow,
    DocumentFilter,
    DocumentRow,
    FolderRow,
)
from ledgervault.vault.approvals import verified_answers
from ledgervault.vault.destroying import (
    execute_order,
    finish_execution,
    seal_facts,
)
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.filing import retention_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.redating import subject_of
from ledgervault.vault.writing import writing

FOLDER_LIMIT = 1 << 17


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """A folder whose time has come, with the order that would destroy it."""

    folder: FolderRow
    order: DisposalOrder
    is_automatic: bool
    on_paper: tuple[str, ...]  # demands met outside the program


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A folder or disposal that is not destroyed, and why."""

    subject: str
    code: str
    reason: str


@dataclasses.dataclass(slots=True)
class PurgeReport:
    """What a purge proposed, destroyed, waits for and refused."""

    proposed: list[DisposalRow] = dataclasses.field(default_factory=list)
    would_propose: list[Proposal] = dataclasses.field(default_factory=list)
    executed: list[DisposalRow] = dataclasses.field(default_factory=list)
    would_execute: list[DisposalRow] = dataclasses.field(default_factory=list)
    destroyed: int = 0
    pending: list[tuple[DisposalRow, tuple[tuple[str, int], ...], date | None]] = (
        dataclasses.field(default_factory=list)
    )
    refused: list[Refused] = dataclasses.field(default_factory=list)
    on_paper: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def purge_expired(
    vault: Vault, *, is_dry_run: bool, as_of: date | None = None
) -> PurgeReport:
    """Propose what has expired, execute what was approved; a second run does nothing.

    A dry run changes nothing, the log included; only it may look at another day.
    """
    report = PurgeReport()
    if is_dry_run:
        _plan(vault, report, as_of)
        return report
    with writing(vault, "purge"):
        evidence = _verified_evidence(vault)
        _finish_interrupted(vault, report)
        for proposal in _proposals(vault, evidence, report, None):
            report.proposed.append(_propose(vault, proposal))
        _execute(vault, _verified_evidence(vault), report)
    return report


def _plan(vault: Vault, report: PurgeReport, as_of: date | None) -> None:
    evidence = _verified_evidence(vault)
    report.would_propose.extend(_proposals(vault, evidence, report, as_of))
    for row in vault.catalogue.disposals():
        if row.state in OPEN_STATES:
            _sort_open(vault, evidence, report, row, as_of)


def _verified_evidence(vault: Vault) -> Evidence:
    evidence = gather_evidence(vault)
    if evidence.last_time_ms > int(vault.now().timestamp() * 1000):
        raise Conflict(
            "the clock runs behind the last log entry; nothing is destroyed",
            hint="set the clock right and run the purge again",
            code="clock.behind",
        )
    return evidence


def _proposals(
    vault: Vault, evidence: Evidence, report: PurgeReport, as_of: date | None
) -> list[Proposal]:
    busy = {
        row.folder_id for row in vault.catalogue.disposals() if row.state in OPEN_STATES
    }
    horizon = as_of or vault.now().date()
    proposals = []
    for folder in vault.catalogue.folders_due(horizon):
        if folder.id in busy or folder.state == "destroyed":
            continue
        try:
            proposal = _proposal(vault, evidence, folder, as_of)
        except LedgerVaultError as error:
            report.refused.append(Refused(folder.code, error.code, error.message))
            continue
        if proposal is not None:
            report.on_paper[folder.code] = proposal.on_paper
            proposals.append(proposal)
    return proposals


def _proposal(
    vault: Vault, evidence: Evidence, folder: FolderRow, as_of: date | None
) -> Proposal | None:
    rows = folder_documents(vault, folder)
    if not rows:
        return None
    client = vault.records.open_client(vault.records.client_row(folder.client_id))
    today = as_of or vault.today(client.jurisdiction)
    outcome_rule, citation, pack = "", "", ""
    for row in rows:
        evidence.verify(row)
        details = vault.records.open_document(row)
        holds = evidence.holds_covering(vault, row, details)
        outcome = retention_of(
            subject_of(row, details), client, vault.policy, today=today, holds=holds
        )
        if outcome.state != "due":
            raise Conflict(
                f"{row.code} is {outcome.state}", code=f"retention.{outcome.state}"
            )
        decision = outcome.decision
        outcome_rule, citation, pack = decision.rule, decision.citation, decision.pack
    policy = policy_for(client, vault.policy)
    rule = verified_demands(folder.series, outcome.action, policy, today)
    order = DisposalOrder(
        vault=vault.id.hex(),
        disposal=random_id().hex(),
        client=folder.client_id.hex(),
        folder=folder.id.hex(),
        series=folder.series,
        rule=outcome_rule,
        pack=pack,
        citation=citation,
        proposed_on=vault.now().date(),
        items=tuple(item_of(row) for row in rows),
        approvals=demanded_approvals(rule),
        grace_days=rule.grace_days,
    )
    return Proposal(folder, order, not rule.needs_approval, paper_demands(rule))


def _propose(vault: Vault, proposal: Proposal) -> DisposalRow:
    order = proposal.order
    disposal = DisposalId(bytes.fromhex(order.disposal))
    raw = canonical_json(order.as_json())
    facts = {"folder": vault.records.folder_facts(proposal.folder)}
    row = DisposalRow(
        id=disposal,
        code=short_code("X", disposal),
        client_id=proposal.folder.client_id,
        folder_id=proposal.folder.id,
        state=APPROVED if proposal.is_automatic else PROPOSED,
        order=raw,
        sealed=b"",
        row_version=1,
    )
    row = dataclasses.replace(row, sealed=seal_facts(vault, row, facts))
    stated = {"automatic": proposal.is_automatic, "on_paper": [*proposal.on_paper]}
    with vault.act() as act:
        act.tx.add_disposal(row)
        act.log(
            "disposal.proposed",
            objects=(disposal.hex(), proposal.folder.id.hex()),
            facts={"order": order.as_json(), **stated},
        )
    return row


def _execute(vault: Vault, evidence: Evidence, report: PurgeReport) -> None:
    for row in vault.catalogue.disposals():
        if row.state not in OPEN_STATES:
            continue
        before = len(report.would_execute)
        _sort_open(vault, evidence, report, row, None)
        if len(report.would_execute) > before:
            report.would_execute.pop()
            _destroy(vault, evidence, report, row)


def _sort_open(
    vault: Vault,
    evidence: Evidence,
    report: PurgeReport,
    row: DisposalRow,
    as_of: date | None,
) -> None:
    try:
        order = evidence.verified_order(row)
        today = as_of or vault.now().date()
        if evidence.is_automatic(row.id.hex()):
            report.would_execute.append(row)
            return
        answers = verified_answers(vault, row)
        ready_on = earliest_execution(order, answers)
        if ready_on is None or ready_on > today:
            report.pending.append((row, missing_approvals(order, answers), ready_on))
            return
        report.would_execute.append(row)
    except LedgerVaultError as error:
        report.refused.append(Refused(row.code, error.code, error.message))


def _destroy(
    vault: Vault, evidence: Evidence, report: PurgeReport, row: DisposalRow
) -> None:
    try:
        order = evidence.verified_order(row)
        folder = vault.catalogue.folder(row.folder_id)
        rows = folder_documents(vault, folder)
        _recheck(vault, evidence, folder, order, rows)
        done = execute_order(vault, row, order, rows)
    except LedgerVaultError as error:
        report.refused.append(Refused(row.code, error.code, error.message))
        return
    report.executed.append(done)
    report.destroyed += len(rows)


def _recheck(
    vault: Vault,
    evidence: Evidence,
    folder: FolderRow,
    order: DisposalOrder,
    rows: Sequence[DocumentRow],
) -> None:
    changes = changed_since(order, [item_of(row) for row in rows])
    if changes:
        raise Conflict(
            "the folder changed since the order was written: " + "; ".join(changes),
            hint="reject this disposal; the next purge proposes it anew",
            code="disposal.changed",
        )
    if _proposal(vault, evidence, folder, None) is None:
        raise IntegrityViolated("the folder is empty", code="disposal.changed")


def _finish_interrupted(vault: Vault, report: PurgeReport) -> None:
    for row in vault.catalogue.disposals():
        if row.state == EXECUTING:
            done = finish_execution(vault, row)
            report.executed.append(done)
            order = DisposalOrder.from_json(parse_canonical(row.order))
            report.destroyed += len(order.items)


def folder_documents(vault: Vault, folder: FolderRow) -> list[DocumentRow]:
    """Return the active documents of a folder."""
    wanted = DocumentFilter(folder_id=folder.id, state="active")
    return list(vault.catalogue.documents(wanted, after=-1, limit=FOLDER_LIMIT))


def item_of(row: DocumentRow) -> Item:
    """Return a document as an order names it."""
    due = row.due.isoformat() if row.due else ""
    return Item(row.id.hex(), row.leaf, row.row_version, due)
