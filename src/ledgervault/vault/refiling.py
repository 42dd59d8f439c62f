"""File a document anew: new folder, new leaves, new wraps; the old leaves are gone.

A document whose folder or compartment changes takes fresh leaves, and the old ones
are punctured in the act that files it: an old backup does not open it any more.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from ledgervault.crypto.wraps import (
    WrapBinding,
    WrapHeader,
    parse_wrap_header,
    wrap_dek,
)
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.ids import ClientId
from ledgervault.ports.rows import DocumentRow, FolderRow, TextRow, VersionRow
from ledgervault.vault.artefacts import reseal_text
from ledgervault.vault.contents import document_key
from ledgervault.vault.epochs import change_epoch
from ledgervault.vault.filing import FolderPlan, fiscal_label
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.redating import refresh_folder
from ledgervault.vault.truth import EDITED, clear_facts


@dataclasses.dataclass(frozen=True, slots=True)
class Aim:
    """What a document is to be, and whose."""

    client_id: ClientId
    client: Client
    details: DocumentDetails
    series: str
    due: date | None
    is_refiled: bool  # asked for by client, series or period, not by a new level


@dataclasses.dataclass(frozen=True, slots=True)
class _Move:
    old: DocumentRow
    fresh: DocumentRow
    versions: Sequence[VersionRow]
    old_text: TextRow | None
    text: TextRow | None
    plan: FolderPlan

    @property
    def leaves(self) -> frozenset[int]:
        """Return the leaves that nothing uses after the move."""
        if (self.old.folder_id, self.old.leaf) == (
            self.fresh.folder_id,
            self.fresh.leaf,
        ):
            return frozenset()
        text = {self.old_text.leaf} if self.old_text else set()
        return frozenset({self.old.leaf, *text})


def refile(vault: Vault, row: DocumentRow, aim: Aim, *, reason: str) -> DocumentRow:
    """Change what is said of a document and where it stands, in one logged act."""
    move = _plan(vault, row, aim)
    erased = move.leaves
    if not erased:
        with vault.act() as act:
            _write(vault, act, move, reason)
        return move.fresh

    def state(act: Act, epoch: int) -> None:
        _write(vault, act, move, reason)
        facts = {"folder": row.folder_id.hex(), "leaves": sorted(erased)}
        objects = (row.folder_id.hex(),)
        act.log("ring.punctured", objects=objects, facts={**facts, "epoch": epoch})

    # The old leaves would still open the old wraps in an old backup.
    change_epoch(vault, {row.client_id: {row.folder_id: erased}}, state)
    return move.fresh


def _plan(vault: Vault, row: DocumentRow, aim: Aim) -> _Move:
    plan = FolderPlan(vault.catalogue, vault.records)
    text = vault.catalogue.find_text(row.id)
    fresh = _placed(vault, plan, row, aim, leaves=2 if text else 1)
    vault.ring.open_folders(plan.new_folders(), log_size=vault.checkpoint().size)
    sealed = vault.records.seal_document(fresh, aim.details)
    fresh = dataclasses.replace(fresh, sealed=sealed)
    wraps = [_rewrapped(vault, row, fresh, v) for v in vault.catalogue.versions(row.id)]
    moved = text
    if text and (row.folder_id, row.leaf) != (fresh.folder_id, fresh.leaf):
        moved = reseal_text(vault.records, row, text, fresh, fresh.leaf + 1)
    return _Move(row, fresh, wraps, text, moved, plan)


def _placed(
    vault: Vault, plan: FolderPlan, row: DocumentRow, aim: Aim, *, leaves: int
) -> DocumentRow:
    compartment = vault.records.compartment(aim.client_id, aim.details.level)
    folder = vault.catalogue.folder(row.folder_id)
    label = _label(vault, folder, row, aim)
    placed: tuple[FolderRow, int] = (folder, row.leaf)
    if label is not None or compartment.id != row.compartment_id:
        placed = plan.place(
            aim.client_id,
            aim.client,
            series=aim.series,
            label=label or vault.records.folder_facts(folder)["period"],
            due=aim.due,
            leaves=leaves,
        )
    return dataclasses.replace(
        row,
        client_id=aim.client_id,
        folder_id=placed[0].id,
        leaf=placed[1],
        compartment_id=compartment.id,
        series=aim.series,
        due=aim.due,
        row_version=row.row_version + 1,
    )


def _label(vault: Vault, folder: FolderRow, row: DocumentRow, aim: Aim) -> str | None:
    """Return the period of the folder it moves to, None where it stays in its own.

    A changed fiscal year alone moves nothing that was filed under an earlier one.
    """
    if not aim.is_refiled:
        return None
    label = fiscal_label(aim.details.period, aim.client)
    is_own = (
        aim.client_id == row.client_id
        and aim.series == row.series
        and vault.records.folder_facts(folder)["period"] == label
    )
    return None if is_own else label


def _rewrapped(
    vault: Vault, old: DocumentRow, fresh: DocumentRow, version: VersionRow
) -> VersionRow:
    compartment = vault.records.compartment_by_id(fresh.compartment_id)
    header = WrapHeader(
        suite=parse_wrap_header(version.wrap).suite,
        kek_epoch=compartment.doc_epoch,
        compartment=compartment.id,
        folder=fresh.folder_id,
        leaf=fresh.leaf,
    )
    wrap = wrap_dek(
        document_key(vault, old, version),
        kek=vault.keychain.doc_kek(compartment.id, compartment.doc_epoch),
        shred=vault.ring.shred_key(fresh.client_id, fresh.folder_id, fresh.leaf),
        header=header,
        binding=WrapBinding(vault.id, fresh.id, version.version),
    )
    return dataclasses.replace(version, wrap=wrap)


def _write(vault: Vault, act: Act, move: _Move, reason: str) -> None:
    act.tx.add_folders(move.plan.rows_to_add())
    act.tx.update_folders(move.plan.rows_to_update())
    act.tx.update_document(move.fresh)
    act.tx.update_versions(move.versions)
    if move.text and move.text is not move.old_text:
        act.tx.update_text(move.text)
    for folder_id in {move.old.folder_id, move.fresh.folder_id}:
        refresh_folder(vault, act, folder_id)
    _log(vault, act, move, reason)


def _log(vault: Vault, act: Act, move: _Move, reason: str) -> None:
    old, fresh = move.old, move.fresh
    facts: dict[str, Any] = {
        "row": clear_facts(fresh),
        "old_due": old.due.isoformat() if old.due else None,
        "old_series": old.series,
    }
    if move.text:
        facts["text"] = move.text.leaf
    act.log(
        EDITED,
        objects=(fresh.id.hex(),),
        facts=facts,
        seal=lambda sequence: vault.records.seal_event(
            fresh, {"reason": reason}, sequence
        ),
    )
