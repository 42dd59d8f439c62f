"""Purge: propose expired folders, execute approved disposals, certify where one can.

`plan` is what a dry run prints and what a purge executes. Everything a
destruction rests on is read from the signed log, not from the database's word:
facts of documents, holds, orders and answers. So who cannot read can purge too; the
certificate then waits for somebody who can.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.disposal import (
    EXECUTED,
    EXECUTING,
    OPEN_STATES,
    DisposalOrder,
    changed_since,
    earliest_execution,
    missing_approvals,
)
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
)
from ledgervault.ports.rows import (
    DisposalRow,
    DocumentRow,
    FolderRow,
)
from ledgervault.services.proposing import (
    Proposal,
    folder_documents,
    item_of,
    proposal_of,
    propose,
)
from ledgervault.vault.authority import authorise
from ledgervault.vault.certifying import certify
from ledgervault.vault.destroying import (
    execute_order,
    finish_execution,
)
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import OrderAnswers, order_answers
from ledgervault.vault.writing import require_ring_key, writing


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
    certified: list[DisposalRow] = dataclasses.field(default_factory=list)
    owed: list[DisposalRow] = dataclasses.field(default_factory=list)
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
    authorise(vault, "purge")
    report = PurgeReport()
    if is_dry_run:
        _plan(vault, report, as_of)
        return report
    with writing(vault, "purge"):
        require_ring_key(vault)
        evidence = _verified_evidence(vault)
        _finish_interrupted(vault, evidence, report)
        for proposal in _proposals(vault, evidence, report, None):
            report.proposed.append(propose(vault, proposal))
        _execute(vault, _verified_evidence(vault), report)
        _certify(vault, report)
    return report


def _plan(vault: Vault, report: PurgeReport, as_of: date | None) -> None:
    evidence = _verified_evidence(vault)
    report.would_propose.extend(_proposals(vault, evidence, report, as_of))
    for row in vault.catalogue.disposals():
        if row.state in OPEN_STATES:
            _sort_open(vault, evidence, report, row, as_of)
        elif row.state == EXECUTED:
            report.owed.append(row)


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
            authorise(vault, "purge", series=folder.series)
            proposal = proposal_of(vault, evidence, folder, as_of)
        except LedgerVaultError as error:
            report.refused.append(Refused(folder.code, error.code, error.message))
            continue
        if proposal is not None:
            report.on_paper[folder.code] = proposal.on_paper
            proposals.append(proposal)
    return proposals


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
        authorise(vault, "purge", series=order.series)
        today = as_of or vault.now().date()
        if evidence.is_automatic(row.id.hex()):
            report.would_execute.append(row)
            return
        found = order_answers(vault, row, evidence.events_of(row))
        _refuse_rejected(row, found)
        ready_on = earliest_execution(order, found.answers, found.proposer)
        if ready_on is None or ready_on > today:
            missing = missing_approvals(order, found.answers, found.proposer)
            report.pending.append((row, missing, ready_on))
            return
        report.would_execute.append(row)
    except LedgerVaultError as error:
        report.refused.append(Refused(row.code, error.code, error.message))


def _refuse_rejected(row: DisposalRow, found: OrderAnswers) -> None:
    if found.is_rejected:
        raise IntegrityViolated(
            f"{row.code} was rejected, yet the catalogue says {row.state}",
            hint="run `vault log verify` and compare with a backup",
            code="catalogue.edited",
        )


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
    if proposal_of(vault, evidence, folder, None) is None:
        raise IntegrityViolated("the folder is empty", code="disposal.changed")


def _finish_interrupted(vault: Vault, evidence: Evidence, report: PurgeReport) -> None:
    for row in vault.catalogue.disposals():
        if row.state != EXECUTING:
            continue
        try:
            done = _finished(vault, evidence, row)
        except LedgerVaultError as error:
            report.refused.append(Refused(row.code, error.code, error.message))
            continue
        report.executed.append(done)
        report.destroyed += evidence.executed[row.id.hex()].facts["documents"]


def _finished(vault: Vault, evidence: Evidence, row: DisposalRow) -> DisposalRow:
    if row.id.hex() not in evidence.executed:
        raise IntegrityViolated(
            f"no signed event says that {row.code} was carried out",
            hint="run `vault log verify` and compare with a backup",
            code="disposal.forged",
        )
    evidence.verified_order(row)
    return finish_execution(vault, row)


def _certify(vault: Vault, report: PurgeReport) -> None:
    waiting = [row for row in vault.catalogue.disposals() if row.state == EXECUTED]
    if not waiting:
        return
    evidence = _verified_evidence(vault)
    for row in waiting:
        try:
            report.certified.append(certify(vault, evidence, row))
        except NotAuthorised:
            report.owed.append(row)
        except LedgerVaultError as error:
            report.refused.append(Refused(row.code, error.code, error.message))
    done = {row.id: row for row in report.certified}
    report.executed = [done.get(row.id, row) for row in report.executed]
