"""What the signed log says, replayed before anything is destroyed.

The whole log is verified against its signed checkpoints; then facts of
documents, holds, orders and answers are taken from its entries. A row that was
edited, a hold that was deleted, an order nobody logged: all show here.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledgervault.domain.disposal import DisposalOrder
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.holds import Hold
from ledgervault.domain.roster import ROSTER_ACTS
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, FolderId, HoldId, short_code
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.checkpoints import origin_of
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ledger.verification import verify_log
from ledgervault.ports.rows import (
    ClientRow,
    DisposalRow,
    DocumentRow,
    HoldRow,
    MirrorRow,
)
from ledgervault.vault.holding import PLACED, RELEASED, open_hold
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_record import (
    EXECUTED_ACT,
    FINISHED_ACT,
    ORDER_ACTS,
    OrderRecord,
)
from ledgervault.vault.speakers import Speakers
from ledgervault.vault.truth import (
    ADOPTED,
    CLIENT_ACTS,
    FACT_ACTS,
    FOUNDED,
    verify_statement,
)

REFRESHED_ACT = "mirror.refreshed"
CLIENTS_STATED = CLIENT_ACTS | {FOUNDED}
LIVE = "active"
ACTS = (
    FACT_ACTS
    | CLIENTS_STATED
    | ROSTER_ACTS
    | ORDER_ACTS
    | {PLACED, RELEASED, ADOPTED, REFRESHED_ACT}
)


@dataclasses.dataclass(slots=True)
class Evidence:
    """The log's own statements."""

    last_time_ms: int = 0
    statements: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    ciphers: dict[str, str] = dataclasses.field(default_factory=dict)
    holds: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    orders: dict[str, OrderRecord] = dataclasses.field(default_factory=dict)
    clients: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    texts: dict[str, int] = dataclasses.field(default_factory=dict)  # leaves
    open: dict[str, bool] = dataclasses.field(default_factory=dict)  # own matters
    stated_at: dict[str, int] = dataclasses.field(default_factory=dict)  # sequences
    adopted: Event | None = None
    executed: dict[str, Event] = dataclasses.field(default_factory=dict)
    finished: dict[str, Event] = dataclasses.field(default_factory=dict)
    mirrors: dict[str, int] = dataclasses.field(default_factory=dict)  # epochs
    _live: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    statements_of_people: int = 0

    def verified_client(self, row: ClientRow) -> ClientRow:
        """Return a client's row if it is the one whose facts were logged last.

        An older row would open too, with a matter not yet open or a fact not
        yet withdrawn.
        """
        stated = self.clients.get(row.id.hex(), {}).get("version", row.row_version)
        if stated != row.row_version:
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

    def verify_whole(self, folder: FolderId, rows: Sequence[DocumentRow]) -> None:
        """Check that no paper the log says is in a folder is missing from its rows.

        A folder's one seed opens all of it: a row that was deleted would be
        destroyed without ever having been due.
        """
        if not self._live:
            for document, facts in self.statements.items():
                row = facts.get("row", {})
                if row.get("state") == LIVE:
                    self._live.setdefault(row.get("folder", ""), set()).add(document)
        if self._live.get(folder.hex(), set()) - {row.id.hex() for row in rows}:
            raise IntegrityViolated(
                "a folder lacks papers that the signed events place in it",
                hint="run `vault log verify` and compare with a backup",
                code="catalogue.edited",
            )

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
        return self.orders.get(row.id.hex(), OrderRecord()).verified_order(row)

    def verify_mirrors(self, rows: Sequence[MirrorRow]) -> None:
        """Refuse a register of copies from which one was left out."""
        if self.mirrors.keys() - {row.id.hex() for row in rows}:
            raise IntegrityViolated(
                "a registered mirror is not in the catalogue; a certificate "
                "would pass over it",
                hint="run `vault log verify` and compare with a backup",
                code="mirror.hidden",
            )


def gather_evidence(vault: Vault) -> Evidence:
    """Verify the whole log, then read its statements.

    Raises IntegrityViolated when the log does not verify.
    """
    verify_whole_log(vault)
    evidence = Evidence()
    speakers = Speakers(vault)
    for event in replay(_entries(vault), ACTS, are_verified=True):
        speakers.verify(event)
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


def verify_whole_log(vault: Vault) -> None:
    """Check every entry against the signed checkpoints; IntegrityViolated if not."""
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
        _take_document(evidence, subject, event)
    elif event.act in CLIENTS_STATED:
        # Events of earlier releases say no version; a row is then not checked.
        if "version" in event.facts:
            client = event.facts.get("agency", subject)
            evidence.clients[client] = event.facts
    elif event.act in (PLACED, RELEASED):
        evidence.holds[subject] = event.facts
    elif event.act == ADOPTED:
        evidence.adopted = event
    elif event.act == REFRESHED_ACT:
        evidence.mirrors[subject] = event.facts["epoch"]
    else:
        _take_disposal(evidence, subject, event)


def _take_document(evidence: Evidence, subject: str, event: Event) -> None:
    evidence.statements[subject] = event.facts
    evidence.stated_at[subject] = event.sequence
    if "open" in event.facts:
        evidence.open[subject] = event.facts["open"]
    if "text" in event.facts:
        evidence.texts[subject] = event.facts["text"]
    if event.cipher:
        evidence.ciphers[subject] = event.cipher


def _take_disposal(evidence: Evidence, subject: str, event: Event) -> None:
    if event.act in ROSTER_ACTS:
        evidence.statements_of_people += 1
        return
    evidence.orders.setdefault(subject, OrderRecord()).take(event)
    if event.act == EXECUTED_ACT:
        evidence.executed[subject] = event
    elif event.act == FINISHED_ACT:
        evidence.finished[subject] = event


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
