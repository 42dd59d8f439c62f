"""Recompute due dates when a fact changes; what moved is logged, old and new.

What would move is planned first, so that a dry run and a refusal show exactly
what would be done. A date that was once promised counts even where it no longer
stands: withdrawing a fact and stating an earlier one is still a shortening.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.client_facts import DATE_FACTS, former_values
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.retention import PERMANENT, RetentionOutcome, decide_retention
from ledgervault.errors import NotFound
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, FolderRow
from ledgervault.vault.filing import (
    Subject,
    matters_of,
    retention_facts,
    retention_of,
)
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.truth import REDATED, document_statement

PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Redated:
    """A document whose due date moves."""

    row: DocumentRow
    details: DocumentDetails
    new: date | None
    is_shortened: bool

    @property
    def code(self) -> str:
        """Return the document's id."""
        return self.row.code

    @property
    def old(self) -> date | None:
        """Return the date that stood."""
        return self.row.due


@dataclasses.dataclass(frozen=True, slots=True)
class FolderRedated:
    """A folder whose due date moves with its documents."""

    row: FolderRow
    new: date | None
    documents: int


@dataclasses.dataclass(frozen=True, slots=True)
class Redating:
    """What a change of facts moves."""

    documents: tuple[Redated, ...] = ()
    folders: tuple[FolderRedated, ...] = ()

    @property
    def shortened(self) -> list[Redated]:
        """Return the documents that could be destroyed earlier than promised."""
        return [one for one in self.documents if one.is_shortened]


def subject_of(row: DocumentRow, details: DocumentDetails) -> Subject:
    """Return what retention asks of a filed document."""
    created = date.fromisoformat(details.ingested_at[:10])
    facts = {**details.fields, **details.facts}
    return Subject(row.series, details.period, created, facts)


def documents_of(vault: Vault, client: ClientId) -> Iterable[DocumentRow]:
    """Yield every active document of a client."""
    after = -1
    wanted = DocumentFilter(client_id=client, state="active")
    while page := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        yield from page
        after = page[-1].ordinal


def plan_redating(
    vault: Vault, client_id: ClientId, before: Client, after: Client
) -> Redating:
    """Say which due dates of a client would move; nothing is changed."""
    judge = _Judge(vault, before, after)
    moved: list[Redated] = []
    dues: dict[FolderId, list[date | None]] = {}
    for row in documents_of(vault, client_id):
        one = judge.look(row)
        due = row.due if one is None else one.new
        dues.setdefault(row.folder_id, []).append(due)
        if one is not None:
            moved.append(one)
    folders = _folders(vault, client_id, dues, moved)
    return Redating(tuple(moved), tuple(folders))


def redate(vault: Vault, act: Act, client_id: ClientId, redating: Redating) -> None:
    """Write what was planned; each document, each folder and the sum are logged."""
    for one in redating.documents:
        _write_document(vault, act, one)
    act.tx.update_folders(
        dataclasses.replace(one.row, due=one.new, row_version=one.row.row_version + 1)
        for one in redating.folders
    )
    for folder in redating.folders:
        act.log(
            "folder.redated",
            objects=(folder.row.id.hex(),),
            facts={**_moved(folder.row.due, folder.new), "documents": folder.documents},
        )
    if redating.documents:
        act.log(
            "client.redated",
            objects=(client_id.hex(),),
            facts={
                "documents": len(redating.documents),
                "folders": len(redating.folders),
                "shortened": len(redating.shortened),
            },
        )


def redate_client(
    vault: Vault, act: Act, client_id: ClientId, client: Client
) -> Sequence[Redated]:
    """Recompute the due dates of a client's documents and folders."""
    redating = plan_redating(vault, client_id, client, client)
    redate(vault, act, client_id, redating)
    return redating.documents


def refresh_folder(vault: Vault, act: Act, folder_id: FolderId) -> None:
    """Give a folder the latest due date of the documents left in it."""
    folder = vault.catalogue.folder(folder_id)
    wanted = DocumentFilter(folder_id=folder_id, state="active")
    rows = vault.catalogue.documents(wanted, after=-1, limit=1 << 17)
    due = latest_due(row.due for row in rows)
    if due != folder.due:
        version = folder.row_version + 1
        act.tx.update_folders(
            [dataclasses.replace(folder, due=due, row_version=version)]
        )


def latest_due(dates: Iterable[date | None]) -> date | None:
    """Return the latest date; one open end keeps the whole open."""
    known = list(dates)
    return None if None in known or not known else max(d for d in known if d)


class _Judge:
    """Decides for one client; papers alike in what retention asks are asked once."""

    def __init__(self, vault: Vault, before: Client, after: Client) -> None:
        self._vault = vault
        self._before = before
        self._after = after
        self._today = vault.today(after.jurisdiction)
        self._former = [
            (event.fact, date.fromisoformat(event.value))
            for fact in DATE_FACTS
            for event in former_values(after.events, fact)
        ]
        self._known: dict[tuple[Any, ...], tuple[date | None, bool]] = {}

    def look(self, row: DocumentRow) -> Redated | None:
        """Return how a document's date moves, or None where it stays."""
        try:
            details = self._vault.records.open_document(row)
        except NotFound:
            return None
        subject = subject_of(row, details)
        asked = tuple(sorted(subject.facts.items()))
        key = (subject.series, subject.period, subject.created_on, asked, row.due)
        if key not in self._known:
            due = self._decide(subject, self._after).due
            self._known[key] = due, self._is_shorter(subject, row.due, due)
        due, is_shortened = self._known[key]
        return None if due == row.due else Redated(row, details, due, is_shortened)

    def _decide(self, subject: Subject, client: Client) -> RetentionOutcome:
        return retention_of(subject, client, self._vault.policy, today=self._today)

    def _is_shorter(self, subject: Subject, old: date | None, new: date | None) -> bool:
        if new is None or old == new:
            return False
        if old is not None:
            return new < old
        if self._decide(subject, self._before).state == PERMANENT:
            return True
        promised = (self._promised(subject, fact, day) for fact, day in self._former)
        return any(day is not None and day > new for day in promised)

    def _promised(self, subject: Subject, fact: str, day: date) -> date | None:
        facts = retention_facts(subject, self._before)
        facts = dataclasses.replace(facts, dates={**facts.dates, fact: day})
        return decide_retention(
            facts, self._vault.policy, holds=(), today=self._today
        ).due


def _folders(
    vault: Vault,
    client_id: ClientId,
    dues: Mapping[FolderId, Sequence[date | None]],
    moved: Sequence[Redated],
) -> Iterable[FolderRedated]:
    counts: dict[FolderId, int] = {}
    for one in moved:
        counts[one.row.folder_id] = counts.get(one.row.folder_id, 0) + 1
    for folder in vault.catalogue.folders(client_id):
        due = latest_due(dues.get(folder.id, []))
        if folder.id in dues and due != folder.due:
            yield FolderRedated(folder, due, counts.get(folder.id, 0))


def _write_document(vault: Vault, act: Act, one: Redated) -> None:
    row = one.row
    fresh = dataclasses.replace(row, due=one.new, row_version=row.row_version + 1)
    sealed = vault.records.seal_document(fresh, one.details)
    fresh = dataclasses.replace(fresh, sealed=sealed)
    act.tx.update_document(fresh)
    old = row.due.isoformat() if row.due else None
    matters = matters_of(subject_of(row, one.details).facts)
    act.log(
        REDATED,
        objects=(row.id.hex(),),
        facts={**document_statement(fresh, matters), "old_due": old},
    )


def _moved(old: date | None, new: date | None) -> dict[str, str | None]:
    return {
        "old_due": old.isoformat() if old else None,
        "new_due": new.isoformat() if new else None,
    }
