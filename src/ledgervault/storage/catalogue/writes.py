"""Changes to the catalogue and the log; they exist only inside a transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, bindparam

from ledgervault.errors import Conflict
from ledgervault.ids import CompartmentId, DocumentId, IdentityId
from ledgervault.ports import rows
from ledgervault.storage.catalogue import mappings, tables
from ledgervault.storage.catalogue.log_reads import LogReads


class Writes(LogReads):
    """Reads and changes over the link that holds the write lock."""

    def put_fact(self, name: str, value: bytes) -> None:
        column = tables.facts.c
        self._link.run(tables.facts.delete().where(column.name == name), [{}])
        self._link.insert(tables.facts, [(name, value)])

    def add_user(self, row: rows.UserRow) -> None:
        mappings.USERS.add(self._link, [row])

    def update_user(self, row: rows.UserRow) -> None:
        mappings.USERS.update(self._link, [row])

    def remove_grants(
        self, recipient: IdentityId, compartments: Sequence[CompartmentId] | None
    ) -> None:
        column = tables.grants.c
        gone = tables.grants.delete().where(column.recipient == recipient)
        if compartments is None:
            self._link.run(gone, [{}])
            return
        of_it = gone.where(column.compartment_id == bindparam("compartment"))
        lost = [{"compartment": one} for one in compartments]
        if lost:
            self._link.run(of_it, lost)

    def add_team(self, row: rows.TeamRow) -> None:
        mappings.TEAMS.add(self._link, [row])

    def add_client(self, row: rows.ClientRow) -> None:
        mappings.CLIENTS.add(self._link, [row])

    def update_client(self, row: rows.ClientRow) -> None:
        mappings.CLIENTS.update(self._link, [row])

    def add_compartments(self, items: Iterable[rows.CompartmentRow]) -> None:
        mappings.COMPARTMENTS.add(self._link, items)

    def update_compartments(self, items: Iterable[rows.CompartmentRow]) -> None:
        mappings.COMPARTMENTS.update(self._link, items)

    def add_grants(self, items: Iterable[rows.GrantRow]) -> None:
        mappings.GRANTS.add(self._link, items)

    def add_folders(self, items: Iterable[rows.FolderRow]) -> None:
        mappings.FOLDERS.add(self._link, items)

    def update_folders(self, items: Iterable[rows.FolderRow]) -> None:
        mappings.FOLDERS.update(self._link, items)

    def add_documents(self, items: Iterable[rows.DocumentRow]) -> None:
        mappings.DOCUMENTS.add(self._link, items)

    def update_document(self, row: rows.DocumentRow) -> None:
        mappings.DOCUMENTS.update(self._link, [row])

    def add_versions(self, items: Iterable[rows.VersionRow]) -> None:
        mappings.VERSIONS.add(self._link, items)

    def add_invoices(self, items: Iterable[rows.InvoiceRow]) -> None:
        mappings.INVOICES.add(self._link, items)

    def update_versions(self, items: Iterable[rows.VersionRow]) -> None:
        mappings.VERSIONS.update(self._link, items)

    def replace_wraps(
        self, items: Iterable[tuple[DocumentId, int, bytes, bytes]]
    ) -> None:
        self._replace(
            tables.versions.c.wrap,
            ("document_id", "version"),
            [(new, document, version, old) for document, version, old, new in items],
        )

    def replace_sealed(
        self, table: str, items: Iterable[tuple[bytes, bytes, bytes]]
    ) -> None:
        holder = tables.metadata.tables[table]
        keys = tuple(column.name for column in holder.primary_key)
        values = [(new, key, old) for key, old, new in items]
        self._replace(holder.c.sealed, keys, values)

    def remove_versions(self, documents: Iterable[DocumentId]) -> None:
        for document in documents:
            for table in (tables.versions, tables.invoices):
                of_it = table.c.document_id == document
                self._link.run(table.delete().where(of_it), [{}])

    def add_texts(self, items: Iterable[rows.TextRow]) -> None:
        mappings.TEXTS.add(self._link, items)

    def update_text(self, row: rows.TextRow) -> None:
        mappings.TEXTS.update(self._link, [row])

    def remove_texts(self, documents: Iterable[DocumentId]) -> None:
        of_it = tables.texts.c.document_id == bindparam("document")
        dead = [{"document": document} for document in documents]
        if dead:
            self._link.run(tables.texts.delete().where(of_it), dead)

    def add_hold(self, row: rows.HoldRow) -> None:
        mappings.HOLDS.add(self._link, [row])

    def update_hold(self, row: rows.HoldRow) -> None:
        mappings.HOLDS.update(self._link, [row])

    def add_disposal(self, row: rows.DisposalRow) -> None:
        mappings.DISPOSALS.add(self._link, [row])

    def update_disposal(self, row: rows.DisposalRow) -> None:
        mappings.DISPOSALS.update(self._link, [row])

    def add_approval(self, row: rows.ApprovalRow) -> None:
        mappings.APPROVALS.add(self._link, [row])

    def add_request(self, row: rows.RequestRow) -> None:
        mappings.REQUESTS.add(self._link, [row])

    def update_request(self, row: rows.RequestRow) -> None:
        mappings.REQUESTS.update(self._link, [row])

    def add_answer(self, row: rows.AnswerRow) -> None:
        mappings.ANSWERS.add(self._link, [row])

    def add_share(self, row: rows.ShareRow) -> None:
        mappings.SHARES.add(self._link, [row])

    def put_policy(self, row: rows.PolicyRow) -> None:
        mappings.POLICIES.put(self._link, row)

    def put_mirror(self, row: rows.MirrorRow) -> None:
        mappings.MIRRORS.put(self._link, row)

    def _replace(
        self,
        column: Column[Any],
        keys: tuple[str, ...],
        values: Sequence[tuple[Any, ...]],
    ) -> None:
        matches = " AND ".join(f"{name} = ?" for name in (*keys, column.name))
        table = column.table.name
        change = f"UPDATE {table} SET {column.name} = ? WHERE {matches}"  # noqa: S608 - names of our own columns
        if self._link.change(change, values) != len(values):
            raise Conflict(
                f"{table}: the state has moved on since it was read",
                hint="run the command again; it will start from the present state",
                code="catalogue.moved-on",
            )

    def append_events(self, items: Iterable[rows.EventRow]) -> None:
        events = list(items)
        start = self.log_size()
        for expected, event in enumerate(events, start):
            if event.sequence != expected:
                raise Conflict(
                    "the log has moved on since it was read", code="log.sequence"
                )
        self._link.insert(
            tables.events,
            [(event.sequence, event.act, event.entry) for event in events],
        )
        self._link.insert(
            tables.event_objects,
            [
                (name, event.sequence)
                for event in events
                for name in dict.fromkeys(event.objects)
            ],
        )

    def add_nodes(self, items: Iterable[tuple[int, int, bytes]]) -> None:
        self._link.insert(tables.nodes, list(items))

    def put_checkpoint(self, size: int, note: str) -> None:
        of_size = tables.checkpoints.c.size == size
        self._link.run(tables.checkpoints.delete().where(of_size), [{}])
        self._link.insert(tables.checkpoints, [(size, note)])
