"""The destruction certificate (销毁清册): its facts, from order to log position.

Columns: 会计档案管理办法 (令第79号) art. 18. What was not recorded is said to be
not recorded; what could still bring a document back is named.
"""

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.signing import sign_labelled
from ledgervault.domain.calendar import instant_text
from ledgervault.domain.disposal import DESTROYED, DisposalOrder
from ledgervault.errors import (
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
    NotFound,
)
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DisposalRow
from ledgervault.vault.drilling import open_survivors
from ledgervault.vault.evidence import Evidence
from ledgervault.vault.finding import client_codes
from ledgervault.vault.mirroring import FINAL, mirrors_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import order_answers
from ledgervault.vault.records import RECORDS_LEVEL, RECORDS_TABLE

CertificateFacts = dict[str, Any]


def certify(vault: Vault, evidence: Evidence, row: DisposalRow) -> DisposalRow:
    """Sign the certificate of a destruction that was carried out, by whomever.

    What was done is taken from signed events. Raises NotAuthorised for whoever
    cannot read what a certificate states, IntegrityViolated where nothing was done.
    """
    order = evidence.verified_order(row)
    certificate = certificate_facts(vault, evidence, row, order)
    signature = sign_labelled(
        vault.identity, labels.CERTIFICATE, canonical_json(certificate)
    )
    signed = {
        "facts": certificate,
        "signer": vault.me.id.hex(),
        "signature": signature.hex(),
    }
    done = dataclasses.replace(row, state=DESTROYED, row_version=row.row_version + 1)
    done = dataclasses.replace(
        done, sealed=_seal_facts(vault, done, {"certificate": signed})
    )
    with vault.act() as act:
        act.tx.update_disposal(done)
        act.log(
            "disposal.certified",
            objects=(row.id.hex(),),
            facts={"signature": signature.hex(), "certificate": certificate["number"]},
        )
    return done


def find_certificate(vault: Vault, row: DisposalRow) -> dict[str, Any] | None:
    """Open a signed certificate; None where there is none or it is closed to one."""
    if not row.sealed:
        return None
    with contextlib.suppress(NotAuthorised):
        facts = vault.records.open_for_client(
            vault.agency,
            RECORDS_TABLE,
            row.id,
            row.sealed,
            row.row_version,
            level=RECORDS_LEVEL,
        )
        return dict(facts["certificate"])
    return None


def find_period(vault: Vault, row: DisposalRow) -> str | None:
    """Open the period of a disposal's folder; None where it is closed to one."""
    with contextlib.suppress(NotAuthorised, NotFound):
        return _period(vault, row)
    return None


def certificate_facts(
    vault: Vault, evidence: Evidence, row: DisposalRow, order: DisposalOrder
) -> CertificateFacts:
    """Collect everything a certificate states, as canonical JSON values."""
    executed, finished = _carried_out(evidence, row)
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    series = vault.policy.get_series(order.series)
    agency = vault.records.open_client(vault.records.client_row(vault.agency))
    head = vault.checkpoint()
    epoch = executed.facts["epoch"]
    mirrors = _mirrors(vault, evidence, finished.facts["mirrors"], epoch)
    drilled = open_survivors(vault, row.client_id)
    return {
        "number": f"{row.code}/{order.proposed_on.year}",
        "disposal": row.code,
        "agency": agency.name,
        "client": {"code": client.code, "name": client.name},
        "series": order.series,
        "title": dict(series.title),
        "period": _period(vault, row),
        "documents": [item.document for item in order.items],
        "bytes": executed.facts["bytes"],
        "due": max((item.due for item in order.items), default=""),
        "retention": series.retention.text,
        "citation": order.citation,
        "rule": order.rule,
        "destroyed_at": instant_text(executed.time_ms),
        "executed_by": executed.actor.hex(),
        "answers": _answers(vault, row),
        "epoch_before": epoch - 1,
        "epoch_after": epoch,
        "anchor": finished.facts["anchor"],
        "mirrors": mirrors,
        "packs": finished.facts["packs"],
        "drill": {**finished.facts["drill"], **drilled},
        "shares": _shares(vault, order),
        "log": {"size": head.size, "root": head.root.hex()},
        "state": _state(mirrors),
    }


def _carried_out(evidence: Evidence, row: DisposalRow) -> tuple[Event, Event]:
    executed = evidence.executed.get(row.id.hex())
    finished = evidence.finished.get(row.id.hex())
    if executed is None or finished is None:
        raise IntegrityViolated(
            f"no signed event says that {row.code} was carried out",
            hint="run `vault log verify` and compare with a backup",
            code="disposal.forged",
        )
    return executed, finished


def _mirrors(
    vault: Vault, evidence: Evidence, stated: Sequence[Sequence[str]], epoch: int
) -> list[list[str]]:
    places = {view.row.id.hex(): view.location for view in mirrors_of(vault)}
    return [
        [
            places.get(mirror, mirror),
            FINAL if evidence.mirrors.get(mirror, 0) >= epoch else state,
        ]
        for mirror, state in stated
    ]


def _period(vault: Vault, row: DisposalRow) -> str:
    folder = vault.catalogue.folder(row.folder_id)
    return str(vault.records.folder_facts(folder)["period"])


def _seal_facts(vault: Vault, row: DisposalRow, facts: dict[str, Any]) -> bytes:
    return vault.records.seal_for_client(
        vault.agency, RECORDS_TABLE, row.id, facts, row.row_version, level=RECORDS_LEVEL
    )


def _state(mirrors: list[list[str]]) -> str:
    waiting = any(state != FINAL for _location, state in mirrors)
    return "pending" if waiting else FINAL


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
