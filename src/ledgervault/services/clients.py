"""Clients: take on, show, correct, and state the facts that retention counts from."""

import dataclasses

from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.clients import Client, verify_client, with_event
from ledgervault.errors import Conflict, UsageInvalid
from ledgervault.ids import ClientId, FolderId, random_id, short_code
from ledgervault.ports.rows import ClientRow, DocumentFilter
from ledgervault.vault.compartments import create_compartments
from ledgervault.vault.finding import get_client, visible_clients
from ledgervault.vault.keychain import Granter
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.redating import Redated, redate_client
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class ClientView:
    """A client as people see it."""

    id: str
    client: Client
    documents: int


def add_client(vault: Vault, client: Client) -> ClientView:
    """Take on a client: compartments, own folder, sealed record.

    Raises Conflict when code, name or a folder name is taken.
    """
    verify_client(client)
    _verify_free(vault, client)
    client = dataclasses.replace(client, token_key=DedupKey.generate().raw)
    client_id = ClientId(random_id())
    own_folder = FolderId(random_id(8))
    with writing(vault, "client add"):
        vault.ring.open_folders(
            {client_id: [own_folder]}, log_size=vault.checkpoint().size
        )
        with vault.act() as act:
            _write(
                vault,
                act,
                ClientRow(client_id, own_folder, "active", False, b"", 1),
                client,
            )
    return ClientView(short_code("C", client_id), client, 0)


def list_clients(vault: Vault) -> list[ClientView]:
    """Return every client the acting user may see."""
    views = [
        _view(vault, row, client)
        for row, client in visible_clients(vault)
        if not row.is_agency
    ]
    vault.note("clients.listed", facts={"count": len(views)})
    return views


def show_client(vault: Vault, name: str) -> ClientView:
    """Return one client."""
    row, client = get_client(vault, name)
    vault.note("client.read", objects=(row.id.hex(),))
    return _view(vault, row, client)


def edit_client(
    vault: Vault, called: str, **changes: object
) -> tuple[ClientView, list[Redated]]:
    """Correct a client's record; due dates that depend on it are recomputed.

    `changes` are fields of the client; None leaves one as it is. Raises
    UsageInvalid without any, Conflict when a name is another client's.
    """
    row, client = get_client(vault, called)
    wanted = {key: value for key, value in changes.items() if value is not None}
    if not wanted:
        raise UsageInvalid("say what to change", hint="such as --name NAME")
    changed = dataclasses.replace(client, **wanted)  # type: ignore[arg-type]
    verify_client(changed)
    _verify_free(vault, changed, but=client.code)
    return _update(vault, row, changed, act_name="client.edited")


def state_event(
    vault: Vault, name: str, *, fact: str, value: str
) -> tuple[ClientView, list[Redated]]:
    """State a fact about a client, such as the end of the engagement."""
    row, client = get_client(vault, name)
    changed = with_event(client, fact, value)
    return _update(vault, row, changed, act_name="client.event")


def _verify_free(vault: Vault, client: Client, *, but: str | None = None) -> None:
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


def _write(vault: Vault, act: Act, row: ClientRow, client: Client) -> None:
    granter = Granter(vault.id, vault.identity, act.start)
    created = create_compartments(row.id, granter, [vault.me])
    act.tx.add_compartments(created.rows)
    act.tx.add_grants(created.grants)
    vault.records.remember(created.rows)
    vault.records.remember_client(row)
    sealed = vault.records.seal_for_client(
        row.id, "clients", row.id, client.as_json(), 1
    )
    act.tx.add_client(dataclasses.replace(row, sealed=sealed))
    act.log("client.added", objects=(row.id.hex(),))


def _update(
    vault: Vault, row: ClientRow, client: Client, *, act_name: str
) -> tuple[ClientView, list[Redated]]:
    with writing(vault, act_name), vault.act() as act:
        version = row.row_version + 1
        sealed = vault.records.seal_for_client(
            row.id, "clients", row.id, client.as_json(), version
        )
        fresh = dataclasses.replace(row, sealed=sealed, row_version=version)
        act.tx.update_client(fresh)
        act.log(act_name, objects=(row.id.hex(),))
        moved = redate_client(vault, act, row.id, client)
    return _view(vault, fresh, client), moved


def _view(vault: Vault, row: ClientRow, client: Client) -> ClientView:
    count = vault.catalogue.count_documents(
        DocumentFilter(client_id=row.id, state="active")
    )
    return ClientView(short_code("C", row.id), client, count)
