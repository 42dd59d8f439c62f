"""Decide what a paper is and how long it is kept, from its bytes and its name.

Not a use case: ingest files what is decided here, `policy explain` only says it.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.classification import (
    Classification,
    Manual,
    PaperFacts,
    classify,
)
from ledgervault.domain.clients import Client
from ledgervault.domain.decisions import Decision
from ledgervault.domain.detectors import detect
from ledgervault.domain.documents import decode_name
from ledgervault.domain.invoices import InvoiceMark, mark_invoice
from ledgervault.domain.periods import infer_period
from ledgervault.domain.policy import PolicySet
from ledgervault.ids import ClientId
from ledgervault.ports.papers import PaperReader, PaperText
from ledgervault.vault.filing import Subject, fiscal_label, retention_of

SEARCHABLE_CHARACTERS = 400
HEAD_CHARACTERS = 800  # of a text, where its date stands
# Types that are read whenever they are sound.
READ_TYPES = (
    "application/pdf",
    "application/ofd",
    "application/xml",
    "application/zip",
    "application/vnd.openxmlformats",
)
MONTH_FIRST = ("US",)  # countries that write the month before the day


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """The client a paper is taken for; the agency's in tray where none is known."""

    id: ClientId
    client: Client
    is_known: bool
    token_key: DedupKey


@dataclasses.dataclass(frozen=True, slots=True)
class Sorted:
    """What classification and retention say of a paper."""

    series: str
    type: str
    level: str
    period: str | None
    label: str  # fiscal label of the folder
    due: date | None
    rule: str
    is_inbox: bool
    mime: str
    text: str
    fields: Mapping[str, str]
    detected: Mapping[str, int]
    confidence: float = 0.0  # of the series, between 0 and 1
    unread: str = ""
    invoice: InvoiceMark | None = None
    decisions: tuple[Decision, ...] = ()


@dataclasses.dataclass(slots=True)
class Sorter:
    """Classifies papers of one batch; remembers due dates it has computed."""

    papers: PaperReader
    policy: PolicySet
    manual: Manual
    today: date
    _due: dict[tuple[Any, ...], date | None] = dataclasses.field(default_factory=dict)
    _kept_alike: dict[ClientId, tuple[Any, ...]] = dataclasses.field(
        default_factory=dict
    )

    def sort(
        self, content: bytes, size: int, *, name: str, path: str, owner: Owner
    ) -> Sorted:
        """Classify one paper; what nothing matches goes to the in tray."""
        paper = self.papers.read(content, name=name, is_whole=len(content) >= size)
        detected = detect(paper.raw)
        facts = _facts(paper, detected, size, name=name, path=path, owner=owner)
        if _is_broken(paper, is_whole=len(content) >= size):
            facts = dataclasses.replace(facts, is_broken=True)
        decided = classify(facts, self.policy, manual=self.manual)
        return self._sorted(paper, decided, detected, owner, name=name, path=path)

    def _sorted(
        self,
        paper: PaperText,
        decided: Classification,
        detected: dict[str, int],
        owner: Owner,
        *,
        name: str,
        path: str,
    ) -> Sorted:
        stated = paper.invoice.as_fields() if paper.invoice else {}
        fields = {**decided.fields, **stated}
        period = decided.period
        if period is None and not decided.is_standing:
            period = infer_period(
                name,
                path,
                fields,
                head="" if decided.inbox else paper.text[:HEAD_CHARACTERS],
                is_month_first=owner.client.jurisdiction in MONTH_FIRST,
            )
        label = fiscal_label(period, owner.client)
        return Sorted(
            series=decided.series,
            type=decided.type,
            level=decided.level,
            period=period,
            label=label,
            due=self._due_on(decided.series, period, owner, fields),
            rule=decided.rule,
            is_inbox=decided.inbox
            or not owner.is_known
            or (period is None and not decided.is_standing),
            mime=paper.mime,
            text=paper.text[:SEARCHABLE_CHARACTERS],
            fields=fields,
            detected=detected,
            confidence=decided.confidence,
            unread=paper.problem,
            invoice=mark_invoice(
                paper.invoice, form=paper.form, holds_xml=paper.holds_xml
            ),
            decisions=decided.decisions,
        )

    def _due_on(
        self, series: str, period: str | None, owner: Owner, fields: Mapping[str, str]
    ) -> date | None:
        facts = tuple(sorted(fields.items()))
        dated = tuple(pair for pair in facts if len(pair[1]) == len("2026-11-23"))
        key = (self._retention_facts(owner), series, period, dated)
        if key not in self._due:
            subject = Subject(series, period, self.today, dict(dated))
            outcome = retention_of(subject, owner.client, self.policy, today=self.today)
            self._due[key] = outcome.due
        return self._due[key]

    def _retention_facts(self, owner: Owner) -> tuple[Any, ...]:
        """Return what retention asks of a client; most clients are alike in it."""
        known = self._kept_alike.get(owner.id)
        if known is None:
            client = owner.client
            dates = tuple(sorted(client.dates.items()))
            known = (client.fiscal_year_end, dates, client.open_matters)
            self._kept_alike[owner.id] = known
        return known


def verify_manual(manual: Manual, policy: PolicySet) -> None:
    """Refuse a series or period that nothing could file, before anything is read."""
    if manual.series is not None:
        policy.get_series(manual.series)
    if manual.period is not None:
        parse_filing_period(manual.period)


def readable_path(relative: bytes) -> tuple[str, str]:
    """Return the name and path of a source as reversible text."""
    path = decode_name(relative)
    return path.rsplit("/", 1)[-1], path


def _facts(
    paper: PaperText,
    detected: dict[str, int],
    size: int,
    *,
    name: str,
    path: str,
    owner: Owner,
) -> PaperFacts:
    client = owner.client
    return PaperFacts(
        name=name,
        path=path,
        mime=paper.mime,
        size=size,
        text=paper.text,
        xml_root=paper.xml_root,
        xml_values=paper.xml_values,
        detected=detected,
        client={"kind": client.kind, "jurisdiction": client.jurisdiction},
        is_read=paper.is_read,
    )


def _is_broken(paper: PaperText, *, is_whole: bool) -> bool:
    """Say whether a paper could not be read although its type is.

    A scan has pages without text, and of a big paper only the head was tried.
    """
    is_unread = bool(paper.problem) and not paper.is_read and not paper.pages
    return is_unread and is_whole and paper.mime.startswith(READ_TYPES)
