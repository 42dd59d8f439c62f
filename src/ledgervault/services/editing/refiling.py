"""File a document anew: folder, leaf, compartment, and its keys wrapped for them."""

import dataclasses

from ledgervault.crypto.keys import Dek
from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    wrap_dek,
)
from ledgervault.ports.rows import DocumentRow, FolderRow, VersionRow
from ledgervault.services.editing.deciding import Wanted
from ledgervault.vault.contents import document_key
from ledgervault.vault.filing import FolderPlan, fiscal_label, retention_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of


@dataclasses.dataclass(frozen=True, slots=True)
class Refiled:
    """A document with its new place; not written yet."""

    wanted: Wanted
    row: DocumentRow
    keys: tuple[tuple[VersionRow, Dek], ...] = dataclasses.field(repr=False)

    @property
    def has_moved(self) -> bool:
        """Say whether the old leaf is left without a document."""
        old = self.wanted.row
        return (old.folder_id, old.leaf) != (self.row.folder_id, self.row.leaf)


def refile(vault: Vault, plan: FolderPlan, wanted: Wanted) -> Refiled:
    """Reserve a document's new place; its keys are opened first, lest one be missing."""
    old = wanted.row
    keys = tuple(
        (version, document_key(vault, old, version))
        for version in vault.catalogue.versions(old.id)
    )
    subject = dataclasses.replace(subject_of(old, wanted.after), series=wanted.series)
    today = vault.today(wanted.client.jurisdiction)
    due = retention_of(subject, wanted.client, vault.policy, today=today).due
    row = dataclasses.replace(old, due=due, series=wanted.series)
    folder, leaf = _place(vault, plan, wanted, row)
    level = wanted.after.level
    compartment = vault.records.compartment(wanted.client_id, level)
    moved = dataclasses.replace(
        row,
        client_id=wanted.client_id,
        folder_id=folder.id,
        leaf=leaf,
        compartment_id=compartment.id,
        row_version=old.row_version + 1,
    )
    return Refiled(wanted, moved, keys)


def sealed_row(vault: Vault, refiled: Refiled) -> DocumentRow:
    """Return the row with its details sealed for the new place."""
    sealed = vault.records.seal_document(refiled.row, refiled.wanted.after)
    return dataclasses.replace(refiled.row, sealed=sealed)


def rewrapped(vault: Vault, refiled: Refiled) -> list[VersionRow]:
    """Return the versions with their keys wrapped for the new place."""
    fresh = refiled.row
    compartment = vault.records.compartment_by_id(fresh.compartment_id)
    kek = vault.keychain.doc_kek(compartment.id, compartment.doc_epoch)
    shred = vault.ring.shred_key(fresh.client_id, fresh.folder_id, fresh.leaf)
    versions = []
    for version, key in refiled.keys:
        header = WrapHeader(
            suite=parse_wrap_header(version.wrap).suite,
            kek_epoch=compartment.doc_epoch,
            compartment=compartment.id,
            folder=fresh.folder_id,
            leaf=fresh.leaf,
        )
        binding = WrapBinding(vault.id, fresh.id, version.version)
        wrap = wrap_dek(key, kek=kek, shred=shred, header=header, binding=binding)
        versions.append(dataclasses.replace(version, wrap=wrap))
    return versions


def _place(
    vault: Vault, plan: FolderPlan, wanted: Wanted, row: DocumentRow
) -> tuple[FolderRow, int]:
    folder = vault.catalogue.folder(wanted.row.folder_id)
    label = fiscal_label(wanted.after.period, wanted.client)
    stays = (
        wanted.client_id == wanted.row.client_id
        and wanted.series == wanted.row.series
        and vault.records.folder_facts(folder)["period"] == label
    )
    if stays:
        return folder, wanted.row.leaf
    return plan.place(
        wanted.client_id, wanted.client, series=row.series, label=label, due=row.due
    )
