"""File a document anew: folder, leaves, compartment, its keys wrapped for them.

A document whose folder or compartment changes takes fresh leaves, one for itself
and one for its words; the old ones are punctured in the act that files it.
"""

import dataclasses
from typing import Any

from ledgervault.crypto.keys import Dek
from ledgervault.crypto.wraps import parse_wrap_header
from ledgervault.ids import FolderId
from ledgervault.ports.rows import DocumentRow, TextRow, VersionRow
from ledgervault.services.editing.deciding import Wanted
from ledgervault.vault.artefacts import open_text, seal_text
from ledgervault.vault.contents import document_key
from ledgervault.vault.event_notes import CARRIED, carried_notes
from ledgervault.vault.filing import FolderPlan, fiscal_label, retention_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import subject_of
from ledgervault.vault.wrapping import make_wrap

FIRST_VERSION = 1  # of a row that was ingested and never changed


@dataclasses.dataclass(frozen=True, slots=True)
class Refiled:
    """A document with its new place; not written yet."""

    wanted: Wanted
    row: DocumentRow
    keys: tuple[tuple[VersionRow, Dek], ...] = dataclasses.field(repr=False)
    carried: tuple[dict[str, Any], ...] = ()  # notes of earlier edits that would die
    text: TextRow | None = None  # where its words stand before the edit
    words: bytes = dataclasses.field(default=b"", repr=False)  # packed, if they move

    @property
    def has_moved(self) -> bool:
        """Say whether the old leaf is left without a document."""
        return _leaf_of(self.wanted.row) != _leaf_of(self.row)

    @property
    def old_leaves(self) -> frozenset[int]:
        """Return the leaves that nothing uses after the edit."""
        if not self.has_moved:
            return frozenset()
        text = {self.text.leaf} if self.text else set()
        return frozenset({self.wanted.row.leaf, *text})

    @property
    def text_leaf(self) -> int | None:
        """Return the leaf of its words after the edit, None where it has none."""
        if self.text is None:
            return None
        return self.row.leaf + 1 if self.has_moved else self.text.leaf

    @property
    def note(self) -> dict[str, Any]:
        """Return what is sealed into the event of this edit."""
        note = self.wanted.note
        return {**note, CARRIED: list(self.carried)} if self.carried else note


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
    compartment = vault.records.compartment(wanted.client_id, wanted.after.level)
    row = dataclasses.replace(
        old,
        client_id=wanted.client_id,
        compartment_id=compartment.id,
        series=wanted.series,
        due=due,
        row_version=old.row_version + 1,
    )
    text = vault.catalogue.find_text(old.id)
    words = open_text(vault.records, old, text) if text else b""
    folder_id, leaf = _place(vault, plan, wanted, row, leaves=2 if text else 1)
    moved = dataclasses.replace(row, folder_id=folder_id, leaf=leaf)
    is_known = old.row_version == FIRST_VERSION or _leaf_of(old) == _leaf_of(moved)
    carried = () if is_known else tuple(carried_notes(vault, old))
    return Refiled(wanted, moved, keys, carried, text, words)


def sealed_row(vault: Vault, refiled: Refiled) -> DocumentRow:
    """Return the row with its details sealed for the new place."""
    sealed = vault.records.seal_document(refiled.row, refiled.wanted.after)
    return dataclasses.replace(refiled.row, sealed=sealed)


def rewrapped(vault: Vault, refiled: Refiled) -> list[VersionRow]:
    """Return the versions with their keys wrapped for the new place."""
    versions = []
    for version, key in refiled.keys:
        suite = parse_wrap_header(version.wrap).suite
        wrap = make_wrap(vault, refiled.row, version.version, dek=key, suite=suite)
        versions.append(dataclasses.replace(version, wrap=wrap))
    return versions


def resealed_text(vault: Vault, refiled: Refiled) -> TextRow | None:
    """Return the words sealed under their fresh leaf, None where they stay."""
    text, leaf = refiled.text, refiled.text_leaf
    if text is None or leaf is None or not refiled.has_moved:
        return None
    version = text.row_version + 1
    return seal_text(vault.records, refiled.row, leaf, refiled.words, version)


def _leaf_of(row: DocumentRow) -> tuple[FolderId, int]:
    return row.folder_id, row.leaf


def _place(
    vault: Vault, plan: FolderPlan, wanted: Wanted, row: DocumentRow, *, leaves: int
) -> tuple[FolderId, int]:
    """Return folder and leaf: its own, unless folder or compartment change.

    A fiscal year that was changed meanwhile moves nothing by itself.
    """
    old = wanted.row
    folder = vault.catalogue.folder(old.folder_id)
    label = vault.records.folder_facts(folder)["period"]
    is_elsewhere = (row.client_id, row.series) != (old.client_id, old.series)
    if is_elsewhere or wanted.after.period != wanted.before.period:
        new_label = fiscal_label(wanted.after.period, wanted.client)
        is_elsewhere = is_elsewhere or new_label != label
        label = new_label
    if not is_elsewhere and row.compartment_id == old.compartment_id:
        return old.folder_id, old.leaf
    placed, leaf = plan.place(
        row.client_id,
        wanted.client,
        series=row.series,
        label=label,
        due=row.due,
        leaves=leaves,
    )
    return placed.id, leaf
