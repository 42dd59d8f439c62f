"""Queries for documents, their versions and the packs they lie in.

Long answers are fetched page by page, so no query stays open between rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from ledgervault.errors import NotFound
from ledgervault.ids import CompartmentId, DocumentId
from ledgervault.ports import rows
from ledgervault.storage.catalogue import mappings, tables
from ledgervault.storage.catalogue.reads import MAX_CODES, Reads, begins_with

PAGE_ROWS = 2000
WRAP_NAMES_KEY = (5, 20)  # from the first byte as one: epoch, compartment
SEALED_NAMES_EPOCH = (5, 4)
EPOCH_BYTES = 4
MAX_BOUND = 500  # values in one statement


class DocumentReads(Reads):
    """Queries over the papers."""

    def document(self, document_id: DocumentId) -> rows.DocumentRow:
        is_it = tables.documents.c.id == document_id
        found = mappings.DOCUMENTS.find(self._link, is_it)
        if found is None:
            raise NotFound(
                "the catalogue has no such document", code="not-found.document"
            )
        return found

    def find_documents(self, code: str) -> Sequence[rows.DocumentRow]:
        column = tables.documents.c.code
        wanted = select(tables.documents).where(*begins_with(column, code))
        wanted = wanted.order_by(column).limit(MAX_CODES)
        return mappings.DOCUMENTS.of(self._link, wanted)

    def documents(
        self, wanted: rows.DocumentFilter, *, after: int, limit: int
    ) -> Sequence[rows.DocumentRow]:
        """Return documents with an ordinal greater than `after`, by ordinal."""
        ordinal = tables.documents.c.ordinal
        page = (
            select(tables.documents)
            .where(ordinal > after, *_conditions(wanted))
            .order_by(ordinal)
            .limit(limit)
        )
        return mappings.DOCUMENTS.of(self._link, page)

    def count_documents(self, wanted: rows.DocumentFilter) -> int:
        count = select(func.count()).select_from(tables.documents)
        row = self._link.first(count.where(*_conditions(wanted)))
        return int(row[0]) if row else 0

    def documents_by_compartment(self) -> Mapping[CompartmentId, int]:
        column = tables.documents.c
        counted = select(column.compartment_id, func.count())
        counted = counted.where(column.state == "active").group_by(
            column.compartment_id
        )
        return {CompartmentId(row[0]): row[1] for row in self._link.all(counted)}

    def wraps_by_key(self) -> Mapping[tuple[CompartmentId, int], int]:
        named = func.substr(tables.versions.c.wrap, *WRAP_NAMES_KEY)
        found: dict[tuple[CompartmentId, int], int] = {}
        grouped = select(named, func.count()).group_by(named)
        for raw, count in self._link.all(grouped):
            epoch, compartment = raw[:EPOCH_BYTES], raw[EPOCH_BYTES:]
            found[CompartmentId(compartment), int.from_bytes(epoch, "big")] = count
        return found

    def details_by_key(self) -> Mapping[tuple[CompartmentId, int], int]:
        column = tables.documents.c
        epoch = func.substr(column.sealed, *SEALED_NAMES_EPOCH)
        counted = select(epoch, column.compartment_id, func.count())
        counted = counted.where(column.state == "active")
        found: dict[tuple[CompartmentId, int], int] = {}
        grouped = counted.group_by(epoch, column.compartment_id)
        for raw, compartment, count in self._link.all(grouped):
            found[CompartmentId(compartment), int.from_bytes(raw, "big")] = count
        return found

    def versions(self, document_id: DocumentId) -> Sequence[rows.VersionRow]:
        of_document = tables.versions.c.document_id == document_id
        return mappings.VERSIONS.all(self._link, of_document)

    def all_versions(self) -> Iterator[rows.VersionRow]:
        column = tables.versions.c
        key = tuple_(column.document_id, column.version)
        after: tuple[bytes, int] = (b"", 0)
        while page := mappings.VERSIONS.of(self._link, _page(key, after)):
            yield from page
            after = (page[-1].document_id, page[-1].version)

    def wraps_of(self, documents: Sequence[DocumentId]) -> Sequence[rows.WrapRow]:
        """Return every wrap of some documents, by document id and version."""
        column = tables.versions.c
        wraps = select(column.document_id, column.version, column.wrap)
        wraps = wraps.order_by(column.document_id, column.version)
        found: list[rows.WrapRow] = []
        for start in range(0, len(documents), MAX_BOUND):
            some = documents[start : start + MAX_BOUND]
            of_them = self._link.all(wraps.where(column.document_id.in_(some)))
            found += [rows.WrapRow(*row) for row in of_them]
        return found

    def versions_in_pack(self, pack: str) -> Sequence[rows.VersionRow]:
        column = tables.versions.c
        inside = select(tables.versions).where(column.pack == pack)
        return mappings.VERSIONS.of(self._link, inside.order_by(column.offset))

    def find_text(self, document_id: DocumentId) -> rows.TextRow | None:
        of_document = tables.texts.c.document_id == document_id
        return mappings.TEXTS.find(self._link, of_document)

    def texts_of(self, documents: Sequence[DocumentId]) -> Sequence[rows.TextRow]:
        """Return the texts there are of some documents, by document id."""
        found: list[rows.TextRow] = []
        for start in range(0, len(documents), MAX_BOUND):
            some = documents[start : start + MAX_BOUND]
            of_them = tables.texts.c.document_id.in_(some)
            found += mappings.TEXTS.all(self._link, of_them)
        return found

    def text_counts(self) -> tuple[int, int]:
        texts, documents = tables.texts.c, tables.documents.c
        active = select(documents.id).where(documents.state == "active")
        count = select(func.count()).select_from(tables.texts)
        every = self._link.first(count)
        living = self._link.first(count.where(texts.document_id.in_(active)))
        total = int(every[0]) if every else 0
        return total, total - (int(living[0]) if living else 0)

    def find_duplicate(self, dedup: bytes) -> DocumentId | None:
        column = tables.versions.c
        same = select(column.document_id).where(column.dedup == dedup)
        row = self._link.first(same.order_by(column.document_id).limit(1))
        return None if row is None else DocumentId(row[0])

    def dedup_tokens(self) -> Mapping[bytes, DocumentId]:
        """Return every token; of documents that share one, the lowest id."""
        column = tables.versions.c
        tokens = select(column.dedup, column.document_id)
        tokens = tokens.order_by(column.dedup, column.document_id.desc())
        return {row[0]: DocumentId(row[1]) for row in self._link.all(tokens)}

    def invoice_tokens(self) -> Mapping[bytes, DocumentId]:
        """Return every invoice's token; of documents that share one, the lowest id."""
        column = tables.invoices.c
        tokens = select(column.token, column.document_id)
        tokens = tokens.order_by(column.token, column.document_id.desc())
        return {row[0]: DocumentId(row[1]) for row in self._link.all(tokens)}

    def pack_uses(self) -> Sequence[rows.PackUse]:
        column = tables.versions.c
        uses = select(column.pack, func.sum(column.length), func.count())
        uses = uses.group_by(column.pack).order_by(column.pack)
        return [rows.PackUse(*row) for row in self._link.all(uses)]


def _conditions(wanted: rows.DocumentFilter) -> list[ColumnElement[bool]]:
    column = tables.documents.c
    asked = (
        (column.client_id, wanted.client_id),
        (column.series, wanted.series),
        (column.folder_id, wanted.folder_id),
        (column.state, wanted.state),
    )
    return [name == value for name, value in asked if value is not None]


def _page(key: Any, after: tuple[bytes, int]) -> Select[Any]:
    column = tables.versions.c
    page = select(tables.versions).where(key > after)
    return page.order_by(column.document_id, column.version).limit(PAGE_ROWS)
