"""A document's content, opened: key, ciphertext, and a check against its fixity."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence

from ledgervault.crypto.blobs import BlobBinding, open_blob
from ledgervault.crypto.fixity import commit_content
from ledgervault.crypto.keys import Dek
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import DocumentId
from ledgervault.ports.rows import DocumentRow, VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.forking import shares_for
from ledgervault.vault.opened import Vault
from ledgervault.vault.wrapping import open_wrap

PORTION = 200  # documents between two reports of progress


def latest_version(vault: Vault, row: DocumentRow) -> VersionRow:
    """Return the newest version of a document."""
    versions = vault.catalogue.versions(row.id)
    if not versions:
        raise IntegrityViolated(
            f"{row.code} has no stored content", code="catalogue.damaged"
        )
    return versions[-1]


def document_key(vault: Vault, row: DocumentRow, version: VersionRow) -> Dek:
    """Unwrap a document's key; the wrap must name the row's own place."""
    return open_wrap(vault, row, version.version, version.wrap)


def in_shares(
    vault: Vault,
    rows: Sequence[DocumentRow],
    versions: Mapping[DocumentId, Sequence[VersionRow]],
) -> list[list[list[DocumentRow]]]:
    """Cut rows into shares of portions for work that is split.

    A client's rows stay in one share, so that his keys are opened once; within
    a share they come as their ciphertext lies on the disk. Grants are read
    here, before a copy of the process may need them.
    """
    vault.records.read_ahead()

    def place(row: DocumentRow) -> tuple[str, int]:
        found = versions.get(row.id)
        return (found[-1].pack, found[-1].offset) if found else ("", 0)

    count = shares_for(len(rows))
    size = -(-len(rows) // count) or 1
    by_client = sorted(rows, key=lambda row: row.client_id)
    shares = [by_client[start : start + size] for start in range(0, len(rows), size)]
    return [_portions(sorted(share, key=place)) for share in shares]


def open_content(
    vault: Vault, row: DocumentRow, version: VersionRow
) -> Iterator[bytes]:
    """Yield a document's bytes; raises at the end if they are not what was kept.

    Callers must not release what they got before the iterator has finished.
    """
    dek = document_key(vault, row, version)
    binding = BlobBinding(vault.id, row.id, version.version, version.blob_id)
    extent = Extent(version.pack, version.offset, version.length)
    content = hashlib.sha256()
    for piece in open_blob(vault.stores.packs.chunks(extent), dek, binding):
        content.update(piece)
        yield piece
    fixity = commit_content(dek, content.digest())
    if not hmac.compare_digest(fixity, version.fixity):
        raise IntegrityViolated(
            f"the content of {row.code} is not what was taken in", code="blob.fixity"
        )


def _portions(rows: list[DocumentRow]) -> list[list[DocumentRow]]:
    return [rows[at : at + PORTION] for at in range(0, len(rows), PORTION)]
