"""Explain: which rule decided what, with its citation, the facts and the losers."""

import dataclasses
from datetime import date

from ledgervault.domain.classification import Manual
from ledgervault.domain.decisions import Decision
from ledgervault.errors import NotFound
from ledgervault.ports.sources import Skipped
from ledgervault.services.sorting import Owner, Sorter, readable_path
from ledgervault.vault.filing import Subject, retention_of
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.holding import covering, holds_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of
from ledgervault.vault.truth import verify_document_row

READ_BYTES = 32 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Explained:
    """A document or file and every decision on it."""

    kind: str  # document | file
    name: str
    state: str
    due: date | None
    decisions: tuple[Decision, ...]


def explain_document(vault: Vault, name: str) -> Explained:
    """Explain classification and retention of a filed document."""
    row = get_document(vault, name)
    verify_document_row(row, vault.catalogue)
    vault.note("policy.explained", objects=(row.id.hex(),))
    details = vault.records.open_document(row)
    client = vault.records.open_client(vault.records.client_row(row.client_id))
    holds = covering(holds_of(vault, row.client_id), row, details)
    outcome = retention_of(
        subject_of(row, details),
        client,
        vault.policy,
        today=vault.today(client.jurisdiction),
        holds=[view.hold for view in holds],
    )
    filed = Decision(
        subject="classification",
        result=f"{row.series} / {details.level}",
        rule=details.rule,
        pack="",
        version="",
        citation="",
        facts={"type": details.type, "period": details.period or "unknown"},
        losers=(),
    )
    return Explained(
        "document", row.code, outcome.state, outcome.due, (filed, outcome.decision)
    )


def explain_file(vault: Vault, path: bytes, *, client: str | None) -> Explained:
    """Explain what an ingest would decide for a loose file; nothing is kept."""
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
    outcome = retention_of(subject, owner.client, vault.policy, today=today)
    decisions = (*decided.decisions, outcome.decision)
    return Explained("file", name, outcome.state, outcome.due, decisions)


def _owner(vault: Vault, client: str | None) -> Owner:
    if client is None:
        row = vault.records.client_row(vault.agency)
        known = vault.records.open_client(row)
        return Owner(row.id, known, False, vault.records.token_key(known))
    row, known = get_client(vault, client)
    return Owner(row.id, known, True, vault.records.token_key(known))
