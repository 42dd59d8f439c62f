"""Queries for people, clients, keys, folders and acts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, select

from ledgervault.errors import NotFound
from ledgervault.ids import (
    ClientId,
    CompartmentId,
    DisposalId,
    FolderId,
    IdentityId,
    RequestId,
)
from ledgervault.ports import rows
from ledgervault.storage.catalogue import mappings, tables
from ledgervault.storage.catalogue.engine import Link

MAX_CODES = 10
DESTROYED = "destroyed"


class Reads:
    """Queries over one link; every sequence is in a stable order."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def fact(self, name: str) -> bytes | None:
        column = tables.facts.c
        row = self._link.first(select(column.value).where(column.name == name))
        return None if row is None else bytes(row[0])

    def users(self) -> Sequence[rows.UserRow]:
        return mappings.USERS.all(self._link)

    def teams(self) -> Sequence[rows.TeamRow]:
        return mappings.TEAMS.all(self._link)

    def clients(self) -> Sequence[rows.ClientRow]:
        return mappings.CLIENTS.all(self._link)

    def client(self, client_id: ClientId) -> rows.ClientRow:
        found = mappings.CLIENTS.find(self._link, tables.clients.c.id == client_id)
        return found or _unknown("client")

    def compartments(self) -> Sequence[rows.CompartmentRow]:
        return mappings.COMPARTMENTS.all(self._link)

    def compartments_of(self, client_id: ClientId) -> Sequence[rows.CompartmentRow]:
        of_client = tables.compartments.c.client_id == client_id
        return mappings.COMPARTMENTS.all(self._link, of_client)

    def compartment(self, compartment_id: CompartmentId) -> rows.CompartmentRow:
        is_it = tables.compartments.c.id == compartment_id
        found = mappings.COMPARTMENTS.find(self._link, is_it)
        return found or _unknown("compartment")

    def grants_of(self, recipient: IdentityId) -> Sequence[rows.GrantRow]:
        to_him = tables.grants.c.recipient == recipient
        return mappings.GRANTS.all(self._link, to_him)

    def find_grant(
        self,
        recipient: IdentityId,
        compartment_id: CompartmentId,
        *,
        kind: int,
        epoch: int,
    ) -> rows.GrantRow | None:
        column = tables.grants.c
        return mappings.GRANTS.find(
            self._link,
            column.compartment_id == compartment_id,
            column.kind == kind,
            column.epoch == epoch,
            column.recipient == recipient,
        )

    def grants_in(self, compartment_id: CompartmentId) -> Sequence[rows.GrantRow]:
        inside = tables.grants.c.compartment_id == compartment_id
        return mappings.GRANTS.all(self._link, inside)

    def newest_grant(
        self, compartment_id: CompartmentId, *, kind: int, up_to: int
    ) -> int:
        column = tables.grants.c
        given = select(column.epoch).where(
            column.compartment_id == compartment_id,
            column.kind == kind,
            column.epoch <= up_to,
        )
        row = self._link.first(given.order_by(column.epoch.desc()).limit(1))
        return 0 if row is None else int(row[0])

    def folder(self, folder_id: FolderId) -> rows.FolderRow:
        found = mappings.FOLDERS.find(self._link, tables.folders.c.id == folder_id)
        return found or _unknown("folder")

    def find_folder(self, token: bytes) -> rows.FolderRow | None:
        return mappings.FOLDERS.find(self._link, tables.folders.c.token == token)

    def folders(self, client_id: ClientId | None) -> Sequence[rows.FolderRow]:
        if client_id is None:
            return mappings.FOLDERS.all(self._link)
        of_client = tables.folders.c.client_id == client_id
        return mappings.FOLDERS.all(self._link, of_client)

    def folders_due(self, on: date) -> Sequence[rows.FolderRow]:
        """Return folders that are due on that day or before and still there."""
        column = tables.folders.c
        wanted = (
            select(tables.folders)
            .where(column.due <= on, column.state != DESTROYED)
            .order_by(column.due, column.id)
        )
        return mappings.FOLDERS.of(self._link, wanted)

    def find_folders(self, code: str) -> Sequence[rows.FolderRow]:
        column = tables.folders.c.code
        wanted = select(tables.folders).where(*begins_with(column, code))
        return mappings.FOLDERS.of(self._link, wanted.order_by(column).limit(MAX_CODES))

    def holds(self) -> Sequence[rows.HoldRow]:
        return mappings.HOLDS.all(self._link)

    def disposals(self) -> Sequence[rows.DisposalRow]:
        return mappings.DISPOSALS.all(self._link)

    def approvals(self, disposal_id: DisposalId) -> Sequence[rows.ApprovalRow]:
        of_order = tables.approvals.c.disposal_id == disposal_id
        return mappings.APPROVALS.all(self._link, of_order)

    def requests(self, state: str | None) -> Sequence[rows.RequestRow]:
        """Return requests in the order in which they were filed."""
        column = tables.requests.c
        wanted = select(tables.requests).order_by(column.sequence, column.id)
        if state is not None:
            wanted = wanted.where(column.state == state)
        return mappings.REQUESTS.of(self._link, wanted)

    def answers(self, request_id: RequestId) -> Sequence[rows.AnswerRow]:
        to_it = tables.answers.c.request_id == request_id
        return mappings.ANSWERS.all(self._link, to_it)

    def shares(self) -> Sequence[rows.ShareRow]:
        return mappings.SHARES.all(self._link)

    def policy(self) -> rows.PolicyRow | None:
        latest = tables.policies.c.adopted_at_sequence.desc()
        wanted = select(tables.policies).order_by(latest).limit(1)
        found = mappings.POLICIES.of(self._link, wanted)
        return found[0] if found else None

    def find_policy(self, digest: str) -> rows.PolicyRow | None:
        """Return a policy that was ever adopted, by its hash."""
        return mappings.POLICIES.find(self._link, tables.policies.c.hash == digest)

    def mirrors(self) -> Sequence[rows.MirrorRow]:
        return mappings.MIRRORS.all(self._link)


def begins_with(column: Column[Any], code: str) -> tuple[Any, Any]:
    """Select codes that begin with `code` through the index, as LIKE would not."""
    after = code[:-1] + chr(ord(code[-1]) + 1)
    return column >= code, column < after


def _unknown(what: str) -> Any:
    raise NotFound(f"the catalogue has no such {what}", code=f"not-found.{what}")
