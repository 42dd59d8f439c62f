"""Recompute due dates when a fact changes; what moved is logged, old and new."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.errors import NotFound
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, FolderRow
from ledgervault.vault.filing import Subject, retention_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.truth import REDATED, clear_facts

PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Redated:
    """A document whose due date moved."""

    code: str
    old: date | None
    new: date | None


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


def redate_client(
    vault: Vault, act: Act, client_id: ClientId, client: Client
) -> list[Redated]:
    """Recompute the due dates of a client's documents and folders."""
    today = vault.today(client.jurisdiction)

    def due_of(row: DocumentRow, details: DocumentDetails) -> date | None:
        subject = subject_of(row, details)
        return retention_of(subject, client, vault.policy, today=today).due

    moved = []
    touched: dict[FolderId, list[date | None]] = {}
    for row in list(documents_of(vault, client_id)):
        fresh = _redate(vault, act, row, due_of)
        touched.setdefault(row.folder_id, []).append(fresh.due)
        if fresh.due != row.due:
            moved.append(Redated(row.code, row.due, fresh.due))
    _redate_folders(vault, act, client_id, touched)
    return moved


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


def _redate(
    vault: Vault,
    act: Act,
    row: DocumentRow,
    due_of: Callable[[DocumentRow, DocumentDetails], date | None],
) -> DocumentRow:
    try:
        details = vault.records.open_document(row)
    except NotFound:
        return row
    due = due_of(row, details)
    if due == row.due:
        return row
    fresh = dataclasses.replace(row, due=due, row_version=row.row_version + 1)
    sealed = vault.records.seal_document(fresh, details)
    fresh = dataclasses.replace(fresh, sealed=sealed)
    act.tx.update_document(fresh)
    old = row.due.isoformat() if row.due else None
    act.log(
        REDATED,
        objects=(row.id.hex(),),
        facts={"row": clear_facts(fresh), "old_due": old},
    )
    return fresh


def _redate_folders(
    vault: Vault,
    act: Act,
    client_id: ClientId,
    touched: dict[FolderId, list[date | None]],
) -> None:
    changed: list[FolderRow] = []
    for folder in vault.catalogue.folders(client_id):
        due = latest_due(touched.get(folder.id, []))
        if folder.id in touched and due != folder.due:
            version = folder.row_version + 1
            changed.append(dataclasses.replace(folder, due=due, row_version=version))
    act.tx.update_folders(changed)
