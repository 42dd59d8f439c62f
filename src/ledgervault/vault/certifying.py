"""The facts of a destruction certificate (销毁清册), from order to log position.

Columns: 会计档案管理办法 (令第79号) art. 18. What was not recorded is said to be
not recorded; what could still bring a document back is named.
"""

from typing import Any

from ledgervault.domain.disposal import DisposalOrder
from ledgervault.errors import LedgerVaultError
from ledgervault.ports.rows import DisposalRow
from ledgervault.vault.finding import client_codes
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import order_answers

CertificateFacts = dict[str, Any]


def certificate_facts(
    vault: Vault, row: DisposalRow, order: DisposalOrder, known: dict[str, Any]
) -> CertificateFacts:
    """Collect everything a certificate states, as canonical JSON values."""
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    series = vault.policy.get_series(order.series)
    agency = vault.records.open_client(vault.records.client_row(vault.agency))
    head = vault.checkpoint()
    return {
        "number": f"{row.code}/{order.proposed_on.year}",
        "disposal": row.code,
        "agency": agency.name,
        "client": {"code": client.code, "name": client.name},
        "series": order.series,
        "title": dict(series.title),
        "period": known["folder"]["period"],
        "documents": [item.document for item in order.items],
        "bytes": known["bytes"],
        "due": max((item.due for item in order.items), default=""),
        "retention": series.retention.text,
        "citation": order.citation,
        "rule": order.rule,
        "destroyed_at": known["destroyed_at"],
        "answers": _answers(vault, row),
        "epoch_before": known["epoch_before"],
        "epoch_after": known["epoch_after"],
        "anchor": known["anchor"],
        "mirrors": known["mirrors"],
        "packs": known["packs"],
        "drill": known["drill"],
        "shares": _shares(vault, order),
        "log": {"size": head.size, "root": head.root.hex()},
        "state": _state(known["mirrors"]),
    }


def _state(mirrors: list[list[str]]) -> str:
    waiting = any(state != "final" for _location, state in mirrors)
    return "pending" if waiting else "final"


def _answers(vault: Vault, row: DisposalRow) -> list[list[str]]:
    # Verified first; then each in the role in which he answered.
    dates = {one.user: one.at.date() for one in order_answers(vault, row).answers}
    return [
        [one.role, one.user_id.hex(), one.answer, dates[one.user_id.hex()].isoformat()]
        for one in vault.catalogue.approvals(row.id)
    ]


def _shares(vault: Vault, order: DisposalOrder) -> list[list[str]]:
    destroyed = {item.document for item in order.items}
    codes = client_codes(vault)
    found = []
    for share in vault.catalogue.shares():
        if share.client_id not in codes:
            continue
        try:
            facts = vault.records.open_for_client(
                share.client_id, "shares", share.id, share.sealed, share.row_version
            )
        except LedgerVaultError:
            continue
        if destroyed & set(facts["documents"]):
            found.append([share.code, facts["recipient"], facts["shared_at"]])
    return found
