"""What the signed log says, replayed before anything is destroyed.

The whole log is verified against its signed checkpoints; then facts of
documents, holds, orders and answers are taken from its entries. A row that was
edited, a hold that was deleted, an order nobody logged: all show here.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ledgervault.domain.disposal import DisposalOrder
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.holds import Hold
from ledgervault.domain.roster import ROSTER_ACTS
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, HoldId, short_code
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.checkpoints import origin_of
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ledger.verification import verify_log
from ledgervault.ports.rows import ClientRow, DisposalRow, DocumentRow, HoldRow
from ledgervault.vault.holding import PLACED, RELEASED, open_hold
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import ORDER_ACTS, PROPOSED_ACT
from ledgervault.vault.truth import CLIENT_ACTS, FACT_ACTS, verify_statement


@dataclasses.dataclass(slots=True)
class Evidence:
    """The log's own statements."""

    last_time_ms: int = 0
    statements: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    ciphers: dict[str, str] = dataclasses.field(default_factory=dict)
    holds: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    orders: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    agreed: dict[str, list[Event]] = dataclasses.field(default_factory=dict)
    clients: dict[str, int] = dataclasses.field(default_factory=dict)
    texts: dict[str, int] = dataclasses.field(default_factory=dict)  # leaves
    statements_of_people: int = 0

    def verified_client(self, row: ClientRow) -> ClientRow:
        """Return a client's row if it is the one whose facts were logged last.

        An older row would open too, with a matter not yet open or a fact not
        yet withdrawn.
        """
        if self.clients.get(row.id.hex(), row.row_version) != row.row_version:
            raise IntegrityViolated(
                "a client's record is not the one that was logged last",
                hint="run `vault log verify` and compare with a backup",
                code="catalogue.edited",
            )
        return row

    def verify(self, row: DocumentRow) -> None:
        """Check a row against the last statement of its facts."""
        facts = self.statements.get(row.id.hex())
        if facts is None:
            raise IntegrityViolated(
                f"no signed event states the facts of {row.code}",
                code="catalogue.edited",
            )
        verify_statement(row, facts)

    def holds_covering(
        self, vault: Vault, row: DocumentRow, details: DocumentDetails
    ) -> list[Hold]:
        """Return the logged holds on a document, whatever the holds table says."""
        found = []
        for hold_id, facts in self.holds.items():
            if facts["client"] != row.client_id.hex() or not facts["active"]:
                continue
            view = open_hold(vault, _hold_row(hold_id, facts))
            if view.covers(row, details):
                found.append(view.hold)
        return found

    def verified_order(self, row: DisposalRow) -> DisposalOrder:
        """Return a disposal's order if it is the one that was logged."""
        logged = self.orders.get(row.id.hex())
        stored = parse_canonical(row.order)
        if logged is None or logged["order"] != stored:
            raise IntegrityViolated(
                f"the order of {row.code} is not the one that was logged",
                code="disposal.forged",
            )
        return DisposalOrder.from_json(stored)

    def events_of(self, row: DisposalRow) -> list[Event]:
        """Return every logged proposal of an order and answer to it."""
        return self.agreed.get(row.id.hex(), [])

    def is_automatic(self, disposal: str) -> bool:
        """Say whether the logged order needs no approval."""
        return bool(self.orders.get(disposal, {}).get("automatic"))


def gather_evidence(vault: Vault) -> Evidence:
    """Verify the whole log, then read its statements.

    Raises IntegrityViolated when the log does not verify.
    """
    _verify(vault)
    evidence = Evidence()
    acts = FACT_ACTS | CLIENT_ACTS | ROSTER_ACTS | ORDER_ACTS | {PLACED, RELEASED}
    for event in replay(_entries(vault), acts, are_verified=True):
        _take(evidence, event)
    if evidence.statements_of_people != len(vault.people.heads):
        raise IntegrityViolated(
            "the log holds statements about people that its index does not name",
            hint="run `vault log verify` and compare with a backup",
            code="people.broken",
        )
    size = vault.catalogue.log_size()
    if size:
        last = parse_canonical(vault.catalogue.entry(size - 1))
        evidence.last_time_ms = int(last["time"])
    return evidence


def _verify(vault: Vault) -> None:
    notes = [note for _size, note in vault.catalogue.checkpoints()]
    found = verify_log(
        _entries(vault),
        notes,
        origin=origin_of(vault.id),
        keys=vault.journal.keys(),
        until=vault.journal.until(),
    )
    if not found.ok:
        raise IntegrityViolated(
            f"the log does not verify: {found.problem}",
            hint="run `vault log verify`; nothing is destroyed on a broken log",
            code="log.violated",
        )


def _entries(vault: Vault) -> Iterator[bytes]:
    return vault.catalogue.entries(0, vault.catalogue.log_size())


def _take(evidence: Evidence, event: Event) -> None:
    subject = event.objects[0] if event.objects else ""
    if event.act in FACT_ACTS:
        evidence.statements[subject] = event.facts
        if "text" in event.facts:
            evidence.texts[subject] = event.facts["text"]
        if event.cipher:
            evidence.ciphers[subject] = event.cipher
    elif event.act in CLIENT_ACTS:
        # Events of earlier releases say no version; a row is then not checked.
        if "version" in event.facts:
            evidence.clients[subject] = event.facts["version"]
    elif event.act in (PLACED, RELEASED):
        evidence.holds[subject] = event.facts
    elif event.act in ORDER_ACTS:
        evidence.agreed.setdefault(subject, []).append(event)
        if event.act == PROPOSED_ACT:
            evidence.orders[subject] = event.facts
    elif event.act in ROSTER_ACTS:
        evidence.statements_of_people += 1


def _hold_row(hold_id: str, facts: Mapping[str, Any]) -> HoldRow:
    try:
        raw = bytes.fromhex(hold_id)
        return HoldRow(
            id=HoldId(raw),
            code=short_code("H", raw),
            client_id=ClientId(bytes.fromhex(facts["client"])),
            is_active=facts["active"],
            sealed=bytes.fromhex(facts["sealed"]),
            row_version=facts["version"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityViolated("a logged hold is not readable") from error
