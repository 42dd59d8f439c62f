"""Purge: propose expired folders, execute approved disposals, certify where one can.

`plan` is what a dry run prints and what a purge executes. Everything a
destruction rests on is read from the signed log, not from the database's word:
facts of documents, holds, orders and answers. So who cannot read can purge too; the
certificate then waits for somebody who can.
"""

import dataclasses
from datetime import date

from ledgervault.domain.disposal import (
    CLOSED_STATES,
    EXECUTED,
    EXECUTING,
    OPEN_STATES,
    earliest_execution,
    missing_approvals,
)
from ledgervault.domain.entitlement import UNATTENDED
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
)
from ledgervault.ids import ClientId
from ledgervault.ports.rows import (
    DisposalRow,
)
from ledgervault.services.proposing import (
    Proposal,
    folder_documents,
    proposal_of,
    propose,
    verify_unchanged,
)
from ledgervault.vault.authority import authorise, authorise_folder
from ledgervault.vault.certifying import certify
from ledgervault.vault.destroying import (
    execute_order,
    finish_execution,
)
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.finding import ClientCodes, client_codes
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import order_answers
from ledgervault.vault.writing import require_ring_key, writing


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A folder or disposal that is not destroyed, and why."""

    subject: str
    code: str
    reason: str
    is_violation: bool = False  # what is stored contradicts what was signed


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
    for row in _disposals(vault, *OPEN_STATES):
        _sort_open(vault, evidence, report, row, as_of)
    report.owed.extend(_disposals(vault, EXECUTED))


def _verified_evidence(vault: Vault) -> Evidence:
    evidence = gather_evidence(vault)
    evidence.verify_mirrors(vault.catalogue.mirrors())
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
    codes = client_codes(vault)
    for folder in vault.catalogue.folders_due(horizon):
        if folder.id in busy or folder.state == "destroyed":
            continue
        if not _is_seen(vault, codes, folder.client_id):
            continue
        try:
            authorise_folder(vault, "purge", folder.id)
            proposal = proposal_of(vault, evidence, folder, as_of)
        except LedgerVaultError as error:
            report.refused.append(_refused(folder.code, error))
            continue
        if proposal is not None:
            report.on_paper[folder.code] = proposal.on_paper
            proposals.append(proposal)
    return proposals


def _disposals(vault: Vault, *states: str) -> list[DisposalRow]:
    codes = client_codes(vault)
    return [
        row
        for row in vault.catalogue.disposals()
        if row.state in states and _is_seen(vault, codes, row.client_id)
    ]


def _is_seen(vault: Vault, codes: ClientCodes, client: ClientId) -> bool:
    # A person purges for clients he may see, and learns of no other; a service, for all.
    return vault.me.roles <= UNATTENDED or client in codes


def _execute(vault: Vault, evidence: Evidence, report: PurgeReport) -> None:
    for row in _disposals(vault, *OPEN_STATES):
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
        authorise_folder(vault, "purge", row.folder_id)
        today = as_of or vault.now().date()
        record = evidence.orders[row.id.hex()]
        if record.is_automatic:
            report.would_execute.append(row)
            return
        found = order_answers(vault, row, record)
        ready_on = earliest_execution(order, found.answers, found.proposer)
        if ready_on is None or ready_on > today:
            missing = missing_approvals(order, found.answers, found.proposer)
            report.pending.append((row, missing, ready_on))
            return
        report.would_execute.append(row)
    except LedgerVaultError as error:
        report.refused.append(_refused(row.code, error))


def _destroy(
    vault: Vault, evidence: Evidence, report: PurgeReport, row: DisposalRow
) -> None:
    try:
        order = evidence.verified_order(row)
        folder = vault.catalogue.folder(row.folder_id)
        rows = folder_documents(vault, folder)
        verify_unchanged(vault, evidence, folder, order, rows)
        done = execute_order(vault, row, order, rows)
    except LedgerVaultError as error:
        report.refused.append(_refused(row.code, error))
        return
    report.executed.append(done)
    report.destroyed += len(rows)


def _finish_interrupted(vault: Vault, evidence: Evidence, report: PurgeReport) -> None:
    for row in _disposals(vault, *OPEN_STATES, *CLOSED_STATES):
        try:
            order = evidence.verified_order(row)
            if row.state == EXECUTING:
                report.executed.append(finish_execution(vault, row))
                report.destroyed += len(order.items)
        except LedgerVaultError as error:
            # An open one is refused again, and told, where it would be executed.
            if row.state in CLOSED_STATES:
                report.refused.append(_refused(row.code, error))


def _refused(subject: str, error: LedgerVaultError) -> Refused:
    is_violation = isinstance(error, IntegrityViolated)
    return Refused(subject, error.code, error.message, is_violation)


def _certify(vault: Vault, report: PurgeReport) -> None:
    waiting = _disposals(vault, EXECUTED)
    if not waiting:
        return
    evidence = _verified_evidence(vault)
    for row in waiting:
        try:
            report.certified.append(certify(vault, evidence, row))
        except NotAuthorised:
            report.owed.append(row)
        except LedgerVaultError as error:
            report.refused.append(_refused(row.code, error))
    done = {row.id: row for row in report.certified}
    report.executed = [done.get(row.id, row) for row in report.executed]
