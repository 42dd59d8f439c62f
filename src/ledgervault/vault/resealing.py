"""One sealed value or wrap brought under the present epoch, where it stands.

Opens under the epoch a record names and seals under that of its compartment.
Place and row version stay, so whatever was signed of the row stays true of it.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    seal_columns,
)
from ledgervault.crypto.wraps import parse_wrap_header
from ledgervault.errors import LedgerVaultError, NotAuthorised
from ledgervault.ids import ClientId, CompartmentId, DocumentId, FolderId
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.ports.rows import DocumentRow, TextRow, WrapRow
from ledgervault.vault import artefacts
from ledgervault.vault.opened import Vault
from ledgervault.vault.records import (
    CLIENT_LEAF,
    CLIENT_LEVEL,
    FOLDER_FACTS_VERSION,
    RECORDS_LEVEL,
    RECORDS_TABLE,
)
from ledgervault.vault.wrapping import make_wrap, open_parsed

FACTS = "facts"
Change = tuple[bytes, bytes]  # sealed bytes: old, new
Rows = Callable[[CatalogueReads], Sequence[Any]]
# Every table that keeps something sealed is one of these, or `documents`, `texts`,
# `clients`, `folders`; or `mirrors`, which are sealed anew when they are refreshed.
OF_CLIENTS: Mapping[str, Rows] = {
    "holds": lambda reads: reads.holds(),
    "shares": lambda reads: reads.shares(),
    "requests": lambda reads: reads.requests(None),
}
OF_AGENCY: Mapping[str, Rows] = {
    "users": lambda reads: reads.users(),
    "teams": lambda reads: reads.teams(),
    RECORDS_TABLE: lambda reads: reads.disposals(),
}


class Versioned(Protocol):
    """A row with an id and a version."""

    @property
    def id(self) -> bytes:
        """Return the primary key."""

    @property
    def row_version(self) -> int:
        """Return which statement of the row this is."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value, where it stands, and the keys it stands under."""

    value: bytes
    place: ColumnPlace
    compartment: CompartmentId
    client: ClientId
    folder: FolderId
    leaf: int


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """All that the catalogue keeps sealed of one document."""

    row: DocumentRow
    wraps: tuple[WrapRow, ...]
    text: TextRow | None


class RenewedPaper(NamedTuple):
    """What replaces it; nothing for what is under the present epoch already."""

    document: DocumentId
    wraps: tuple[tuple[int, Change], ...] = ()
    details: Change | None = None
    text: Change | None = None
    problem: str = ""  # the code of the error for which it was left as it is


def renew_paper(vault: Vault, paper: Paper) -> RenewedPaper:
    """Bring a document's wraps, details and text under the present epochs.

    Raises NotAuthorised without the keys; any other failure is the document's own.
    """
    row = paper.row
    try:
        return RenewedPaper(
            row.id,
            tuple(_renewed_wraps(vault, row, paper.wraps)),
            _change(vault, _details(row)),
            _change(vault, _text(row, paper.text)) if paper.text else None,
        )
    except NotAuthorised:
        raise
    except LedgerVaultError as error:
        return RenewedPaper(row.id, problem=error.code)


def reseal(vault: Vault, sealed: Sealed) -> bytes | None:
    """Seal a value under the present epoch; None where it is already."""
    compartment = vault.records.compartment_by_id(sealed.compartment)
    epoch = parse_column_epoch(sealed.value)
    if epoch >= compartment.meta_epoch:
        return None
    shred = vault.ring.shred_key(sealed.client, sealed.folder, sealed.leaf)
    opened = open_columns(
        sealed.value,
        kek=vault.keychain.meta_kek(compartment.id, epoch),
        shred=shred,
        place=sealed.place,
    )
    return seal_columns(
        opened,
        kek=vault.keychain.meta_kek(compartment.id, compartment.meta_epoch),
        shred=shred,
        kek_epoch=compartment.meta_epoch,
        place=sealed.place,
    )


def sealed_of_clients(
    vault: Vault, compartments: frozenset[CompartmentId]
) -> Iterator[Sealed]:
    """Yield what is sealed in some compartments besides documents."""
    for client, place, value in _said_of_clients(vault):
        level = RECORDS_LEVEL if place.table == RECORDS_TABLE else CLIENT_LEVEL
        compartment = vault.records.compartment(client, level)
        if value and compartment.id in compartments:
            own = vault.records.client_row(client).own_folder
            yield Sealed(value, place, compartment.id, client, own, CLIENT_LEAF)


def _said_of_clients(vault: Vault) -> Iterator[tuple[ClientId, ColumnPlace, bytes]]:
    reads = vault.catalogue
    for client in reads.clients():
        vault.records.remember_client(client)
        yield client.id, _facts("clients", client), client.sealed
    for folder in reads.folders(None):
        place = ColumnPlace("folders", folder.id, FACTS, FOLDER_FACTS_VERSION)
        yield folder.client_id, place, folder.sealed
    for table, rows in OF_CLIENTS.items():
        for row in rows(reads):
            yield row.client_id, _facts(table, row), row.sealed
    for table, rows in OF_AGENCY.items():
        for row in rows(reads):
            yield vault.agency, _facts(table, row), row.sealed


def _facts(table: str, row: Versioned) -> ColumnPlace:
    return ColumnPlace(table, row.id, FACTS, row.row_version)


def _details(row: DocumentRow) -> Sealed:
    place = ColumnPlace("documents", row.id, "details", row.row_version)
    return Sealed(
        row.sealed, place, row.compartment_id, row.client_id, row.folder_id, row.leaf
    )


def _text(row: DocumentRow, text: TextRow) -> Sealed:
    place = ColumnPlace(artefacts.TABLE, row.id, artefacts.COLUMN_SET, text.row_version)
    return Sealed(
        text.sealed, place, row.compartment_id, row.client_id, row.folder_id, text.leaf
    )


def _change(vault: Vault, sealed: Sealed) -> Change | None:
    fresh = reseal(vault, sealed)
    return None if fresh is None else (sealed.value, fresh)


def _renewed_wraps(
    vault: Vault, row: DocumentRow, wraps: Sequence[WrapRow]
) -> Iterator[tuple[int, Change]]:
    present = vault.records.compartment_by_id(row.compartment_id).doc_epoch
    for one in wraps:
        header = parse_wrap_header(one.wrap)
        if header.kek_epoch < present:
            dek = open_parsed(vault, row, one.version, one.wrap, header)
            fresh = make_wrap(vault, row, one.version, dek=dek, suite=header.suite)
            yield one.version, (one.wrap, fresh)
