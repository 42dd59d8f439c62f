"""Documents and clients as people and scripts see them, opened for the acting user."""

import dataclasses
from datetime import date
from typing import Any

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ids import short_code
from ledgervault.ports.rows import ClientRow, DocumentFilter, DocumentRow
from ledgervault.vault.finding import ClientCodes
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentView:
    """One line of a listing; `details` is None when nothing can be opened."""

    row: DocumentRow
    client: str | None
    details: DocumentDetails | None
    state: str  # active | destroyed | closed to you

    def as_json(self) -> dict[str, Any]:
        """Return the contract's shape of a listed document."""
        shown = self.details
        return {
            "id": self.row.code,
            "client": self.client,
            "title": shown.title if shown else None,
            "name": shown.name if shown else None,
            "type": shown.type if shown else None,
            "series": self.row.series,
            "level": shown.level if shown else None,
            "period": shown.period if shown else None,
            "folder": short_code("F", self.row.folder_id),
            "state": self.state,
            "due": _day(self.row.due),
            "size": shown.size if shown else None,
            "ingested_at": shown.ingested_at if shown else None,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class ClientView:
    """A client as people see it."""

    id: str
    client: Client
    documents: int


def open_view(vault: Vault, row: DocumentRow, codes: ClientCodes) -> DocumentView:
    """Open a row for showing; what is destroyed or not granted says so."""
    client = codes.get(row.client_id)
    if row.state != "active":
        return DocumentView(row, client, None, row.state)
    try:
        details = vault.records.open_document(row)
    except NotFound:
        return DocumentView(row, client, None, "destroyed")
    except NotAuthorised:
        return DocumentView(row, client, None, "no grant")
    return DocumentView(row, client, details, row.state)


def view_client(vault: Vault, row: ClientRow, client: Client) -> ClientView:
    """Count a client's papers and show it as people see it."""
    count = vault.catalogue.count_documents(
        DocumentFilter(client_id=row.id, state="active")
    )
    return ClientView(short_code("C", row.id), client, count)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
