"""A document's wrapped key: opened and made for the place its row names."""

from ledgervault.crypto.keys import Dek
from ledgervault.crypto.suites import Suite
from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    unwrap_dek,
    wrap_dek,
)
from ledgervault.errors import IntegrityViolated
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.opened import Vault


def open_wrap(vault: Vault, row: DocumentRow, version: int, wrap: bytes) -> Dek:
    """Unwrap a document's key; the wrap must name the row's own place."""
    return open_parsed(vault, row, version, wrap, parse_wrap_header(wrap))


def open_parsed(
    vault: Vault, row: DocumentRow, version: int, wrap: bytes, header: WrapHeader
) -> Dek:
    """Unwrap a document's key whose header has been read before."""
    place = (header.compartment, header.folder, header.leaf)
    if place != (row.compartment_id, row.folder_id, row.leaf):
        raise IntegrityViolated(
            f"the key of {row.code} stands under another's name", code="wrap.swapped"
        )
    return unwrap_dek(
        wrap,
        kek=vault.keychain.doc_kek(row.compartment_id, header.kek_epoch),
        shred=vault.ring.shred_key(row.client_id, row.folder_id, row.leaf),
        binding=WrapBinding(vault.id, row.id, version),
    )


def make_wrap(
    vault: Vault, row: DocumentRow, version: int, *, dek: Dek, suite: Suite
) -> bytes:
    """Wrap a document's key where its row stands, under the present epoch."""
    compartment = vault.records.compartment_by_id(row.compartment_id)
    epoch = compartment.doc_epoch
    return wrap_dek(
        dek,
        kek=vault.keychain.doc_kek(compartment.id, epoch),
        shred=vault.ring.shred_key(row.client_id, row.folder_id, row.leaf),
        header=WrapHeader(suite, epoch, compartment.id, row.folder_id, row.leaf),
        binding=WrapBinding(vault.id, row.id, version),
    )
