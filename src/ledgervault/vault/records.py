"""Rows opened and sealed: the only place where catalogue columns meet keys.

A row's columns open with the compartment's meta KEK and a leaf of the ring:
a document's own leaf, or leaf 0 of the client's own folder for what is said
of the client. So everything personal dies with the ring, in every copy.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    seal_columns,
)
from ledgervault.crypto.keys import DedupKey, ShredKey
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, CompartmentId, DocumentId
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.ports.rows import (
    ClientRow,
    CompartmentRow,
    DocumentRow,
    FolderRow,
)
from ledgervault.vault.compartments import verified_compartments
from ledgervault.vault.keychain import Keychain
from ledgervault.vault.ring import Ring

CLIENT_LEAF = 0
CLIENT_LEVEL = "internal"
RECORDS_TABLE = "disposals"
RECORDS_LEVEL = "confidential"  # of the agency: what was destroyed, of whom
FOLDER_FACTS_VERSION = 1  # a folder's period and title never change


@dataclasses.dataclass(slots=True)
class Records:
    """Opens and seals rows for the acting identity."""

    reads: CatalogueReads
    keychain: Keychain
    ring: Ring
    _levels: dict[ClientId, dict[str, CompartmentRow]] = dataclasses.field(
        default_factory=dict
    )
    _by_id: dict[CompartmentId, CompartmentRow] = dataclasses.field(
        default_factory=dict
    )
    _rows: dict[ClientId, ClientRow] = dataclasses.field(default_factory=dict)
    _is_ahead: bool = False

    def compartment(self, client: ClientId, level: str) -> CompartmentRow:
        """Return a client's compartment at a level."""
        if level not in self._levels.get(client, {}):
            self.remember(self.reads.compartments_of(client))
        found = self._levels.get(client, {}).get(level)
        if found is None:
            raise IntegrityViolated(
                "a client has no compartment at this level", code="catalogue.damaged"
            )
        return found

    def compartment_by_id(self, compartment: CompartmentId) -> CompartmentRow:
        """Return a compartment."""
        if compartment not in self._by_id:
            self.remember([self.reads.compartment(compartment)])
        return self._by_id[compartment]

    def read_ahead(self) -> None:
        """Read what opening many rows asks for in few queries."""
        if not self._is_ahead:
            self.remember(self.reads.compartments())
            self.keychain.read_ahead()
            self.ring.read_ahead()
            self._is_ahead = True

    def refresh(self) -> None:
        """Forget epochs and grants that were read: another writer may raise them."""
        self._levels.clear()
        self._by_id.clear()
        self.keychain.forget()
        self._is_ahead = False

    def remember(self, rows: Sequence[CompartmentRow]) -> None:
        """Keep compartments that were read or are about to be written."""
        roster = self.keychain.people.roster
        for row in verified_compartments(rows):
            # A later one may just have been stated; without its grants it is nothing.
            stated_doc, stated_meta = roster.epochs_of(row.id.hex())
            if row.doc_epoch < stated_doc or row.meta_epoch < stated_meta:
                raise IntegrityViolated(
                    "a compartment's epoch is not the one that was stated",
                    hint="run `vault log verify` and compare with a backup",
                    code="compartment.epoch",
                )
            self._levels.setdefault(row.client_id, {})[row.level] = row
            self._by_id[row.id] = row

    def remember_client(self, row: ClientRow) -> None:
        """Keep a client row that was read or is about to be written."""
        self._rows[row.id] = row

    def client_row(self, client: ClientId) -> ClientRow:
        """Return a client's row."""
        if client not in self._rows:
            self._rows[client] = self.reads.client(client)
        return self._rows[client]

    def open_client(self, row: ClientRow) -> Client:
        """Open what the vault knows of a client."""
        self.remember_client(row)
        sealed = self.open_for_client(
            row.id, "clients", row.id, row.sealed, row.row_version
        )
        return Client.from_json(sealed)

    def token_key(self, client: Client) -> DedupKey:
        """Return the key of a client's equality tokens."""
        return DedupKey(client.token_key)

    def seal_for_client(  # noqa: PLR0917 - where a record stands, and its level
        self,
        client: ClientId,
        table: str,
        row: bytes,
        facts: Mapping[str, Any],
        version: int,
        level: str = CLIENT_LEVEL,
    ) -> bytes:
        """Seal facts said of a client under his meta key and own folder."""
        compartment = self.compartment(client, level)
        return seal_columns(
            _dump(facts),
            kek=self.keychain.meta_kek(compartment.id, compartment.meta_epoch),
            shred=self.own_leaf(client),
            kek_epoch=compartment.meta_epoch,
            place=ColumnPlace(table, row, "facts", version),
        )

    def open_for_client(  # noqa: PLR0917 - where a record stands, and its level
        self,
        client: ClientId,
        table: str,
        row: bytes,
        sealed: bytes,
        version: int,
        level: str = CLIENT_LEVEL,
    ) -> dict[str, Any]:
        """Open facts said of a client."""
        compartment = self.compartment(client, level)
        opened = open_columns(
            sealed,
            kek=self.keychain.meta_kek(compartment.id, parse_column_epoch(sealed)),
            shred=self.own_leaf(client),
            place=ColumnPlace(table, row, "facts", version),
        )
        return _load(opened)

    def own_leaf(self, client: ClientId) -> ShredKey:
        """Derive the leaf under which lies what is said of a client."""
        own = self.client_row(client).own_folder
        return self.ring.shred_key(client, own, CLIENT_LEAF)

    def folder_facts(self, row: FolderRow) -> dict[str, Any]:
        """Open a folder's period and title."""
        return self.open_for_client(
            row.client_id, "folders", row.id, row.sealed, FOLDER_FACTS_VERSION
        )

    def open_document(self, row: DocumentRow) -> DocumentDetails:
        """Open a document's details; NotFound `destroyed` when its key is gone."""
        opened = open_columns(
            row.sealed,
            kek=self.keychain.meta_kek(
                row.compartment_id, parse_column_epoch(row.sealed)
            ),
            shred=self.ring.shred_key(row.client_id, row.folder_id, row.leaf),
            place=ColumnPlace("documents", row.id, "details", row.row_version),
        )
        return DocumentDetails.from_json(_load(opened))

    def seal_document(self, row: DocumentRow, details: DocumentDetails) -> bytes:
        """Seal a document's details for the row that will hold them."""
        compartment = self.compartment_by_id(row.compartment_id)
        return seal_columns(
            _dump(details.as_json()),
            kek=self.keychain.meta_kek(compartment.id, compartment.meta_epoch),
            shred=self.ring.shred_key(row.client_id, row.folder_id, row.leaf),
            kek_epoch=compartment.meta_epoch,
            place=ColumnPlace("documents", row.id, "details", row.row_version),
        )

    def seal_event(
        self, row: DocumentRow, facts: Mapping[str, Any], sequence: int
    ) -> bytes:
        """Seal personal details of an event so that they die with the document."""
        compartment = self.compartment_by_id(row.compartment_id)
        return seal_columns(
            _dump(facts),
            kek=self.keychain.meta_kek(compartment.id, compartment.meta_epoch),
            shred=self.ring.shred_key(row.client_id, row.folder_id, row.leaf),
            kek_epoch=compartment.meta_epoch,
            place=ColumnPlace("events", row.id, "details", sequence),
        )

    def open_event(
        self, row: DocumentRow, sealed: bytes, sequence: int
    ) -> dict[str, Any]:
        """Open an event's personal details."""
        opened = open_columns(
            sealed,
            kek=self.keychain.meta_kek(row.compartment_id, parse_column_epoch(sealed)),
            shred=self.ring.shred_key(row.client_id, row.folder_id, row.leaf),
            place=ColumnPlace("events", row.id, "details", sequence),
        )
        return _load(opened)


def document_object(document: DocumentId) -> str:
    """Write a document's name in the log."""
    return document.hex()


def _dump(facts: Mapping[str, Any]) -> bytes:
    # Names may hold bytes that are no UTF-8: they travel as surrogate escapes.
    return json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode()


def _load(raw: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(raw)
    except ValueError as error:
        raise IntegrityViolated("a sealed record is not readable") from error
    if not isinstance(loaded, dict):
        raise IntegrityViolated("a sealed record is not readable")
    return loaded
