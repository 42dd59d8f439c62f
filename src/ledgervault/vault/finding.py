"""Names people use, resolved to rows: clients by code or name, ids by prefix."""

from collections.abc import Sequence
from typing import TypeVar

from ledgervault.domain.clients import Client
from ledgervault.errors import Conflict, NotAuthorised, NotFound
from ledgervault.ids import KINDS, ClientId, parse_code, short_code
from ledgervault.ports.rows import (
    ClientRow,
    DisposalRow,
    DocumentRow,
    FolderRow,
    HoldRow,
    RequestRow,
    ShareRow,
)
from ledgervault.vault.opened import Vault

Row = TypeVar("Row")
OfClient = TypeVar(
    "OfClient", DocumentRow, FolderRow, ShareRow, DisposalRow, HoldRow, RequestRow
)
LISTS = {
    "S": "vault shares list",
    "X": "vault disposal list",
    "H": "vault hold list",
    "F": "vault archive --dry-run",
    "C": "vault client list",
    "R": "vault register KIND list",
    "A": "vault approve",
}


def visible_clients(vault: Vault) -> list[tuple[ClientRow, Client]]:
    """Open every client the acting user has a grant for, sorted by code."""
    opened = []
    vault.records.read_ahead()
    for row in vault.catalogue.clients():
        try:
            opened.append((row, vault.records.open_client(row)))
        except (NotAuthorised, NotFound):
            continue
    return sorted(opened, key=lambda pair: pair[1].code)


def get_client(vault: Vault, name: str) -> tuple[ClientRow, Client]:
    """Find a client by code, name, folder name or id."""
    clients = visible_clients(vault)
    for row, client in clients:
        if client.answers_to(name) or short_code("C", row.id) == name.upper():
            return row, client
    near = [client.code for _, client in clients if name and name in client.name]
    raise NotFound(
        f"no client is called {name[:60]!r}",
        hint=f"did you mean {near[0]}?" if near else "see `vault client list`",
        code="client.not-found",
    )


class ClientCodes:
    """Codes of clients, each opened when it is asked for; None for the in tray."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._codes: dict[ClientId, str | None] = {vault.agency: None}
        self._hidden: set[ClientId] = set()

    def __contains__(self, client_id: ClientId) -> bool:
        if client_id not in self._codes and client_id not in self._hidden:
            self._open(client_id)
        return client_id in self._codes

    def get(self, client_id: ClientId) -> str | None:
        """Return a client's code; None for the in tray and what is not granted."""
        return self._codes[client_id] if client_id in self else None

    def _open(self, client_id: ClientId) -> None:
        records = self._vault.records
        try:
            client = records.open_client(records.client_row(client_id))
        except (NotAuthorised, NotFound):
            self._hidden.add(client_id)
        else:
            self._codes[client_id] = client.code


def client_codes(vault: Vault) -> ClientCodes:
    """Return the codes of the clients the acting user may see."""
    return ClientCodes(vault)


def get_document(vault: Vault, text: str) -> DocumentRow:
    """Find a document by its id or an unambiguous beginning of it."""
    code = parse_code("D", text)
    return choose("D", code, visible(vault, vault.catalogue.find_documents(code)))


def visible(vault: Vault, rows: Sequence[OfClient]) -> list[OfClient]:
    """Return rows of clients the acting user may know of; others do not exist.

    So a paper behind a wall is refused in the same words as one that never was.
    """
    codes = client_codes(vault)
    return [row for row in rows if row.client_id in codes]


def choose(kind: str, code: str, rows: Sequence[Row]) -> Row:
    """Take the only row; nothing or several is NotFound."""
    if not rows:
        raise NotFound(
            f"no {KINDS[kind]} has the id {code}",
            hint=f"ids are shown by `{LISTS.get(kind, 'vault list')}`",
            code=f"{KINDS[kind]}.not-found",
        )
    if len(rows) > 1:
        raise NotFound(
            f"{len(rows)} or more ids begin with {code}",
            hint="write more of the id",
            code=f"{KINDS[kind]}.ambiguous",
        )
    return rows[0]


def choose_by_code(
    vault: Vault, kind: str, text: str, rows: Sequence[OfClient]
) -> OfClient:
    """Take the only row we may know of whose `code` begins with what was written."""
    code = parse_code(kind, text)
    found = [row for row in rows if row.code.startswith(code)]
    return choose(kind, code, visible(vault, found))


def verify_free(vault: Vault, client: Client, *, but: str | None = None) -> None:
    """Refuse a client whose code, name or folder already names another."""
    for _row, other in visible_clients(vault):
        if other.code == but:
            continue
        for name in (client.code, client.name, *client.folders):
            if other.answers_to(name):
                called = f"client {other.code}" if other.kind != "own" else "the agency"
                raise Conflict(
                    f"{name[:60]!r} already names {called}",
                    hint="choose another code, name or folder name",
                    code="client.exists",
                )
