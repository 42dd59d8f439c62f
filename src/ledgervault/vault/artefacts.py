"""The words that were read of a paper, kept whole under a leaf of their own.

Sealed like a column, under the document's compartment, with a leaf of the
document's folder that nothing else uses: rewriting takes a fresh leaf and ends the
old one, and destroying the folder ends both. The store sees length and leaf only.
"""

import contextlib
import dataclasses
import threading
from collections.abc import Sequence

import zstandard

from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    seal_columns,
)
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import DocumentId
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.ports.rows import DocumentRow, TextRow
from ledgervault.vault.records import Records

TABLE = "texts"
COLUMN_SET = "text"
FIRST_VERSION = 1
PACKED_BYTES = 64 << 10  # what is kept of a text, compressed
TEXT_CHARACTERS = 256 << 10  # what is looked at; keeps the work for one paper bounded
UNPACKED_BYTES = 4 * TEXT_CHARACTERS + (2 << 10)
ROOT_BYTES = 1 << 10
ZSTD_LEVEL = 1
_local = threading.local()


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What was read: the text, and the root element where the paper is XML."""

    text: str
    xml_root: str = ""


def pack_words(text: str, xml_root: str = "") -> bytes:
    """Compress what was read to at most 64 KiB; nothing read is no bytes.

    A text that stays too long loses its end.
    """
    text = text[:TEXT_CHARACTERS]
    if not text.strip():
        return b""
    packed = _pack(text, xml_root)
    while len(packed) > PACKED_BYTES:
        text = text[: int(len(text) * 0.9 * PACKED_BYTES / len(packed))]
        packed = _pack(text, xml_root)
    return packed


def unpack_words(packed: bytes) -> Words:
    """Return what was packed; IntegrityViolated for anything else."""
    try:
        size = zstandard.frame_content_size(packed)
        if not 0 < size <= UNPACKED_BYTES:
            raise IntegrityViolated("a kept text is longer than any that is kept")
        if not hasattr(_local, "decompressor"):
            _local.decompressor = zstandard.ZstdDecompressor()
        raw: bytes = _local.decompressor.decompress(packed, max_output_size=size)
    except zstandard.ZstdError as error:
        raise IntegrityViolated("a kept text is not readable") from error
    root, _newline, text = raw.decode("utf-8", "replace").partition("\n")
    return Words(text, root)


def seal_text(
    records: Records, row: DocumentRow, leaf: int, packed: bytes, version: int
) -> TextRow:
    """Seal packed words for a document under a leaf of their own."""
    compartment = records.compartment_by_id(row.compartment_id)
    sealed = seal_columns(
        packed,
        kek=records.keychain.meta_kek(compartment.id, compartment.meta_epoch),
        shred=records.ring.shred_key(row.client_id, row.folder_id, leaf),
        kek_epoch=compartment.meta_epoch,
        place=ColumnPlace(TABLE, row.id, COLUMN_SET, version),
    )
    return TextRow(row.id, leaf, sealed, version)


def open_text(records: Records, row: DocumentRow, text: TextRow) -> bytes:
    """Open a document's packed words; NotFound `destroyed` when their key is gone."""
    epoch = parse_column_epoch(text.sealed)
    return open_columns(
        text.sealed,
        kek=records.keychain.meta_kek(row.compartment_id, epoch),
        shred=records.ring.shred_key(row.client_id, row.folder_id, text.leaf),
        place=ColumnPlace(TABLE, row.id, COLUMN_SET, text.row_version),
    )


def reseal_text(
    records: Records, old: DocumentRow, text: TextRow, fresh: DocumentRow, leaf: int
) -> TextRow:
    """Seal a document's words again where it stands now, under a fresh leaf."""
    packed = open_text(records, old, text)
    return seal_text(records, fresh, leaf, packed, text.row_version + 1)


def verify_text(
    records: Records, row: DocumentRow, text: TextRow | None, leaf: int | None
) -> None:
    """Check a document's text against the leaf its signed events name, and open it.

    Raises IntegrityViolated for a text that is missing, unstated or exchanged.
    """
    if (text.leaf if text else None) != leaf:
        raise IntegrityViolated(
            "its text is not the one its signed events name", code="text.changed"
        )
    if text is not None:
        with contextlib.suppress(NotAuthorised):
            unpack_words(open_text(records, row, text))


def texts_by_document(
    reads: CatalogueReads, rows: Sequence[DocumentRow]
) -> dict[DocumentId, TextRow]:
    """Read the sealed words of many documents in one query."""
    return {text.document_id: text for text in reads.texts_of([r.id for r in rows])}


def _pack(text: str, xml_root: str) -> bytes:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(
            level=ZSTD_LEVEL, write_content_size=True
        )
    root = "".join(xml_root.splitlines()).encode("utf-8", "replace")[:ROOT_BYTES]
    body = root + b"\n" + text.encode("utf-8", "replace")
    packed: bytes = _local.compressor.compress(body)
    return packed
