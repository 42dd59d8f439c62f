"""A document's content, opened: key, ciphertext, and a check against its fixity."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterable, Iterator

from ledgervault.crypto.blobs import BlobBinding, open_blob
from ledgervault.crypto.fixity import commit_content
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.wraps import WrapBinding, parse_wrap_header, unwrap_dek
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import CompartmentId
from ledgervault.ports.rows import DocumentRow, VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.opened import Vault


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
    header = parse_wrap_header(version.wrap)
    place = (header.compartment, header.folder, header.leaf)
    if place != (row.compartment_id, row.folder_id, row.leaf):
        raise IntegrityViolated(
            f"the key of {row.code} stands under another's name", code="wrap.swapped"
        )
    compartment = CompartmentId(header.compartment)
    return unwrap_dek(
        version.wrap,
        kek=vault.keychain.doc_kek(compartment, header.kek_epoch),
        shred=vault.ring.shred_key(row.client_id, row.folder_id, row.leaf),
        binding=WrapBinding(vault.id, row.id, version.version),
    )


def warm_keys(vault: Vault, rows: Iterable[DocumentRow]) -> None:
    """Open the keys of every compartment now, before the work is split.

    What is not granted stays closed and shows when a document is opened.
    """
    for compartment_id in {row.compartment_id for row in rows}:
        compartment = vault.records.compartment_by_id(compartment_id)
        with contextlib.suppress(NotAuthorised):
            vault.keychain.doc_kek(compartment_id, compartment.doc_epoch)
            vault.keychain.meta_kek(compartment_id, compartment.meta_epoch)


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
