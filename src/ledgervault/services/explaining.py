"""Explain: which rule decided what, with its citation, the facts and the losers."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.classification import Classification, Manual, classify
from ledgervault.domain.decisions import Decision
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.explanation import (
    Change,
    FactUsed,
    Filed,
    Law,
    Reckoning,
    changes_of,
    law_behind,
    reckon,
)
from ledgervault.domain.retention import RetentionOutcome
from ledgervault.errors import NotFound
from ledgervault.ports.papers import PaperText
from ledgervault.ports.rows import DocumentRow
from ledgervault.ports.sources import Skipped
from ledgervault.services.sorting import Owner, Sorter, paper_facts, readable_path
from ledgervault.vault.artefacts import Words, open_text, unpack_words
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.filing import Subject, retention_facts, retention_of
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.holding import HoldView, covering, holds_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.provenance import Provenance, filed_by
from ledgervault.vault.redating import subject_of
from ledgervault.vault.truth import verify_document_row

READ_BYTES = 32 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Explained:
    """A document or file, every decision on it, and what each rests on."""

    kind: str  # document | file
    name: str
    title: str
    client: str | None
    series: str
    level: str
    outcome: RetentionOutcome
    decisions: tuple[Decision, ...]
    laws: Mapping[str, Law]  # by subject of the decision
    facts: tuple[FactUsed, ...]
    reckoning: Reckoning | None
    changes: tuple[Change, ...]
    holds: tuple[HoldView, ...] = ()
    filed: Filed | None = None
    today: Classification | None = None  # where the rules would now say otherwise

    @property
    def state(self) -> str:
        """Return the state of retention."""
        return self.outcome.state

    @property
    def due(self) -> date | None:
        """Return the first day of disposition."""
        return self.outcome.due


@dataclasses.dataclass(frozen=True, slots=True)
class _Case:
    """What retention is asked about, and what it rests on."""

    subject: Subject
    owner: Owner
    stated: Mapping[str, str]
    name: str
    path: str
    holds: tuple[HoldView, ...] = ()


def explain_document(vault: Vault, name: str) -> Explained:
    """Explain classification and retention of a filed document."""
    authorise(vault, "show")
    row = get_document(vault, name)
    authorise_paper(vault, "show", row)
    verify_document_row(vault, row)
    vault.note("policy.explained", objects=(row.id.hex(),))
    details = vault.records.open_document(row)
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    owner = Owner(
        row.client_id, client, details.has_client, vault.records.token_key(client)
    )
    holds = tuple(covering(holds_of(vault, row.client_id), row, details))
    case = _Case(
        subject_of(row, details),
        owner,
        details.facts,
        details.name,
        details.path,
        holds,
    )
    filed = filed_by(vault, row, details.rule)
    decided = _filed_decision(row, details, filed)
    explained = _explained(vault, case, (decided,), level=details.level)
    return dataclasses.replace(
        explained,
        kind="document",
        name=row.code,
        title=details.title,
        filed=filed,
        today=_today(vault, row, details, owner),
    )


def explain_file(vault: Vault, path: bytes, *, client: str | None) -> Explained:
    """Explain what an ingest would decide for a loose file; nothing is kept."""
    authorise(vault, "ingest")
    found = next(iter(vault.stores.sources.scan((path,))), None)
    if found is None or isinstance(found, Skipped):
        reason = found.reason if found else "there is no such file"
        raise NotFound(f"cannot look at this file: {reason}", code="source.unreadable")
    source = vault.stores.sources.open(found)
    try:
        content = next(source.chunks(READ_BYTES), b"")
    finally:
        source.close()
    owner = _owner(vault, client)
    name, relative = readable_path(found.relative)
    today = vault.today(owner.client.jurisdiction)
    sorter = Sorter(vault.stores.papers, vault.policy, Manual(), today)
    decided = sorter.sort(content, found.size, name=name, path=relative, owner=owner)
    subject = Subject(decided.series, decided.period, today, dict(decided.fields))
    case = _Case(subject, owner, {}, name, relative)
    explained = _explained(vault, case, decided.decisions, level=decided.level)
    return dataclasses.replace(explained, kind="file", name=name)


def _explained(
    vault: Vault, case: _Case, decided: tuple[Decision, ...], *, level: str
) -> Explained:
    subject, client = case.subject, case.owner.client
    policy = policy_for(client, vault.policy)
    outcome = retention_of(
        subject,
        client,
        policy,
        today=vault.today(client.jurisdiction),
        holds=[view.hold for view in case.holds],
    )
    decisions = (*decided, outcome.decision)
    provenance = Provenance(
        subject, client, policy, stated=case.stated, name=case.name, path=case.path
    )
    facts = retention_facts(subject, client)
    changes = changes_of(outcome, facts, policy, [view.code for view in case.holds])
    return Explained(
        kind="",
        name="",
        title="",
        client=client.code if case.owner.is_known else None,
        series=subject.series,
        level=level,
        outcome=outcome,
        decisions=decisions,
        laws={one.subject: law_behind(one, policy) for one in decisions},
        facts=tuple(provenance.facts()),
        reckoning=reckon(outcome, facts, policy),
        changes=tuple(changes),
        holds=case.holds,
    )


def _filed_decision(
    row: DocumentRow, details: DocumentDetails, filed: Filed | None
) -> Decision:
    law = filed.law if filed else Law(details.rule, "", "", "")
    return Decision(
        subject="classification",
        result=f"{row.series} / {details.level}",
        rule=filed.rule if filed else details.rule,
        pack=law.pack,
        version=law.version,
        citation=law.citation,
        facts={"type": details.type, "period": details.period or "unknown"},
        losers=(),
    )


def _today(
    vault: Vault, row: DocumentRow, details: DocumentDetails, owner: Owner
) -> Classification | None:
    """Ask the adopted rules again, with the kept text; None where they say the same."""
    text = vault.catalogue.find_text(row.id)
    words = Words("")
    if text is not None:
        words = unpack_words(open_text(vault.records, row, text))
    paper = PaperText(
        details.mime,
        text=words.text,
        xml_root=words.xml_root,
        is_read=text is not None,
    )
    facts = paper_facts(
        paper,
        dict(details.detected),
        details.size,
        name=details.name,
        path=details.path,
        owner=owner,
    )
    now = classify(facts, policy_for(owner.client, vault.policy))
    is_same = (now.series, now.level) == (row.series, details.level)
    return None if is_same else now


def _owner(vault: Vault, client: str | None) -> Owner:
    if client is None:
        row = vault.records.client_row(vault.agency)
        known = vault.records.open_client(row)
        return Owner(row.id, known, False, vault.records.token_key(known))
    row, known = get_client(vault, client)
    return Owner(row.id, known, True, vault.records.token_key(known))
