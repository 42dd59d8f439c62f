"""What a purge proposes: an expired folder, the order that would destroy it.

Not a use case: a purge proposes here, and asks again before it destroys. Everything
an order rests on is read from the signed log, not from the database's word.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.clients import Client
from ledgervault.domain.destruction import paper_demands, verified_demands
from ledgervault.domain.disposal import (
    APPROVED,
    PROPOSED,
    DisposalOrder,
    Item,
    changed_since,
    demanded_approvals,
)
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import DUE, RetentionOutcome
from ledgervault.errors import Conflict, IntegrityViolated, NotAuthorised
from ledgervault.ids import DisposalId, random_id, short_code
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import (
    DisposalRow,
    DocumentFilter,
    DocumentRow,
    FolderRow,
)
from ledgervault.vault.evidence import Evidence
from ledgervault.vault.filing import retention_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.redating import subject_of
from ledgervault.vault.stated import stated_day, stated_outcome, stated_policy

FOLDER_LIMIT = 1 << 17


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """A folder whose time has come, with the order that would destroy it."""

    folder: FolderRow
    order: DisposalOrder
    is_automatic: bool
    on_paper: tuple[str, ...]  # demands met outside the program


@dataclasses.dataclass(frozen=True, slots=True)
class _Judged:
    """What a folder's documents come to, and whose rules said so."""

    outcome: RetentionOutcome
    policy: PolicySet
    today: date


def proposal_of(
    vault: Vault, evidence: Evidence, folder: FolderRow, as_of: date | None
) -> Proposal | None:
    """Return what would be proposed of a folder, None for an empty one.

    Who cannot read its papers judges by what signed events state of them. Raises
    Conflict `retention.*` where a document of it must still be kept.
    """
    rows = folder_documents(vault, folder)
    evidence.verify_whole(folder.id, rows)
    if not rows:
        return None
    for row in rows:
        evidence.verify(row)
    try:
        judged = _by_reading(vault, evidence, rows, as_of)
    except NotAuthorised:
        judged = _by_statements(vault, evidence, rows, as_of)
    decision = judged.outcome.decision
    action = judged.outcome.action
    rule = verified_demands(folder.series, action, judged.policy, judged.today)
    order = DisposalOrder(
        vault=vault.id.hex(),
        disposal=random_id().hex(),
        client=folder.client_id.hex(),
        folder=folder.id.hex(),
        series=folder.series,
        rule=decision.rule,
        pack=decision.pack,
        citation=decision.citation,
        proposed_on=vault.now().date(),
        items=tuple(item_of(row) for row in rows),
        approvals=demanded_approvals(rule),
        grace_days=rule.grace_days,
        separate=rule.separate,
    )
    return Proposal(folder, order, not rule.needs_approval, paper_demands(rule))


def _by_reading(
    vault: Vault, evidence: Evidence, rows: Sequence[DocumentRow], as_of: date | None
) -> _Judged:
    client_row = evidence.verified_client(vault.records.client_row(rows[0].client_id))
    client = vault.records.open_client(client_row)
    today = as_of or vault.today(client.jurisdiction)
    outcomes = [_due(vault, evidence, row, client, today) for row in rows]
    return _Judged(outcomes[-1], policy_for(client, vault.policy), today)


def _by_statements(
    vault: Vault, evidence: Evidence, rows: Sequence[DocumentRow], as_of: date | None
) -> _Judged:
    policy = stated_policy(vault, evidence, rows[0].client_id)
    today = as_of or stated_day(vault)
    outcomes = [
        _verified_due(row, stated_outcome(evidence, row, policy, today)) for row in rows
    ]
    return _Judged(outcomes[-1], policy, today)


def _due(
    vault: Vault, evidence: Evidence, row: DocumentRow, client: Client, today: date
) -> RetentionOutcome:
    details = vault.records.open_document(row)
    holds = evidence.holds_covering(vault, row, details)
    outcome = retention_of(
        subject_of(row, details), client, vault.policy, today=today, holds=holds
    )
    return _verified_due(row, outcome)


def _verified_due(row: DocumentRow, outcome: RetentionOutcome) -> RetentionOutcome:
    if outcome.state != DUE:
        raise Conflict(
            f"{row.code} is {outcome.state}", code=f"retention.{outcome.state}"
        )
    return outcome


def propose(vault: Vault, proposal: Proposal) -> DisposalRow:
    """Write a proposal into catalogue and log."""
    order = proposal.order
    disposal = DisposalId(bytes.fromhex(order.disposal))
    raw = canonical_json(order.as_json())
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
    stated = {"automatic": proposal.is_automatic, "on_paper": [*proposal.on_paper]}
    with vault.act() as act:
        act.tx.add_disposal(row)
        act.log(
            "disposal.proposed",
            objects=(disposal.hex(), proposal.folder.id.hex()),
            facts={"order": order.as_json(), **stated},
        )
    return row


def verify_unchanged(
    vault: Vault,
    evidence: Evidence,
    folder: FolderRow,
    order: DisposalOrder,
    rows: Sequence[DocumentRow],
) -> None:
    """Ask again, at the last instant, whether an order may be carried out.

    Raises Conflict `disposal.changed` or `retention.*`.
    """
    changes = changed_since(order, [item_of(row) for row in rows])
    if changes:
        raise Conflict(
            "the folder changed since the order was written: " + "; ".join(changes),
            hint="reject this disposal; the next purge proposes it anew",
            code="disposal.changed",
        )
    proposal = proposal_of(vault, evidence, folder, None)
    if proposal is None:
        raise IntegrityViolated("the folder is empty", code="disposal.changed")
    written = _Terms(evidence.orders[order.disposal].is_automatic, order)
    if not written.are_those_of(proposal):
        # Whoever wrote the order: its terms are the policy's, or it stays undone.
        raise Conflict(
            "the rules ask for other approvals than the order does",
            hint="reject this disposal; the next purge proposes it anew",
            code="disposal.changed",
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Terms:
    """On whose word an order may be carried out, and when."""

    is_automatic: bool
    order: DisposalOrder

    def are_those_of(self, proposal: Proposal) -> bool:
        fresh = proposal.order
        return (
            self.is_automatic == proposal.is_automatic
            and sorted(self.order.approvals) == sorted(fresh.approvals)
            and self.order.grace_days == fresh.grace_days
        )


def folder_documents(vault: Vault, folder: FolderRow) -> list[DocumentRow]:
    """Return the active documents of a folder."""
    wanted = DocumentFilter(folder_id=folder.id, state="active")
    return list(vault.catalogue.documents(wanted, after=-1, limit=FOLDER_LIMIT))


def item_of(row: DocumentRow) -> Item:
    """Return a document as an order names it."""
    due = row.due.isoformat() if row.due else ""
    return Item(row.id.hex(), row.leaf, row.row_version, due)
