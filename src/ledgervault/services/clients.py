"""Clients: take on, list, show. What changes a client is in `restating`."""

import dataclasses

from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.clients import Client, verify_client
from ledgervault.domain.policy import LEVELS
from ledgervault.domain.roster import GIVEN
from ledgervault.ids import ClientId, FolderId, random_id, short_code
from ledgervault.ports.rows import ClientRow
from ledgervault.vault.authority import authorise
from ledgervault.vault.compartments import create_compartments
from ledgervault.vault.finding import get_client, verify_free, visible_clients
from ledgervault.vault.keychain import Granter
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.overriding import client_statement
from ledgervault.vault.proven_rows import verify_client_rows
from ledgervault.vault.sealing_grants import entitled_to, holders_of
from ledgervault.vault.stating import state_of_people
from ledgervault.vault.truth import CLIENT_ADDED
from ledgervault.vault.views import ClientView, view_client
from ledgervault.vault.writing import writing


def add_client(vault: Vault, client: Client) -> ClientView:
    """Take on a client: compartments, own folder, sealed record.

    Raises Conflict when code, name or a folder name is taken.
    """
    authorise(vault, "client")
    verify_client(client)
    verify_free(vault, client)
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
    authorise(vault, "list")
    clients = [pair for pair in visible_clients(vault) if not pair[0].is_agency]
    verify_client_rows(vault, [row for row, _client in clients])
    views = [view_client(vault, row, client) for row, client in clients]
    vault.note("clients.listed", facts={"count": len(views)})
    return views


def show_client(vault: Vault, name: str) -> ClientView:
    """Return one client."""
    authorise(vault, "show")
    row, client = get_client(vault, name)
    verify_client_rows(vault, [row])
    vault.note("client.read", objects=(row.id.hex(),))
    return view_client(vault, row, client)


def _grant_to_oneself(vault: Vault, act: Act, client: ClientId) -> None:
    # Whoever takes a client on serves him; owners hold every key anyhow.
    if entitled_to(vault, vault.me, client).reads:
        return
    facts = {
        "holder": vault.me.id.hex(),
        "client": client.hex(),
        "level": LEVELS[-1],
        "reads": True,
    }
    state_of_people(vault, act, GIVEN, facts, objects=(client.hex(),))


def _write(vault: Vault, act: Act, row: ClientRow, client: Client) -> None:
    _grant_to_oneself(vault, act, row.id)
    granter = Granter(vault.id, vault.identity, act.start)
    created = create_compartments(row.id, granter, holders_of(vault, row.id))
    act.tx.add_compartments(created.rows)
    act.tx.add_grants(created.grants)
    vault.records.remember(created.rows)
    vault.records.remember_client(row)
    sealed = vault.records.seal_for_client(
        row.id, "clients", row.id, client.as_json(), 1
    )
    act.tx.add_client(dataclasses.replace(row, sealed=sealed))
    act.log(CLIENT_ADDED, objects=(row.id.hex(),), facts=client_statement(client, 1))
