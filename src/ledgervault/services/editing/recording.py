"""Write a portion of edits: rows, wraps and events in one transaction, one checkpoint."""

from collections.abc import Sequence

from ledgervault.errors import LedgerVaultError
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import DocumentRow
from ledgervault.services.editing.refiling import (
    Refiled,
    resealed_text,
    rewrapped,
    sealed_row,
)
from ledgervault.services.editing.requests import Failed
from ledgervault.vault.epochs import change_epoch, log_punctures
from ledgervault.vault.filing import FolderPlan, matters_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.proven_rows import verify_open_folders
from ledgervault.vault.redating import refresh_folder, subject_of
from ledgervault.vault.truth import EDITED, document_statement

REFUSED = "act.refused"
REFUSING_EXITS = (4, 8)


def write_portion(
    vault: Vault,
    plan: FolderPlan,
    refiled: Sequence[Refiled],
    failed: Sequence[Failed],
) -> None:
    """Commit what was decided; old leaves are erased with the same checkpoint."""
    verify_open_folders(vault, plan.unproven())
    # Seeds first: a row must never exist whose ring key could be lost.
    vault.ring.open_folders(plan.new_folders(), log_size=vault.checkpoint().size)
    old_leaves = _old_leaves(refiled)

    def write(act: Act, epoch: int) -> None:
        _write(vault, act, plan, refiled)
        _log_refusals(act, failed)
        log_punctures(act, old_leaves, epoch)

    if old_leaves:
        # The old leaves would still open the old wraps in an old backup.
        change_epoch(vault, old_leaves, write)
    elif refiled or _refused(failed):
        with vault.act() as act:
            write(act, vault.ring.head.epoch)


def _write(
    vault: Vault, act: Act, plan: FolderPlan, refiled: Sequence[Refiled]
) -> None:
    act.tx.add_folders(plan.rows_to_add())
    act.tx.update_folders(plan.rows_to_update())
    for one in refiled:
        row = sealed_row(vault, one)
        act.tx.update_document(row)
        act.tx.update_versions(rewrapped(vault, one))
        text = resealed_text(vault, one)
        if text is not None:
            act.tx.update_text(text)
        _log_edit(vault, act, one, row)
    touched = [
        folder
        for one in refiled
        for folder in (one.wanted.row.folder_id, one.row.folder_id)
    ]
    for folder_id in dict.fromkeys(touched):
        refresh_folder(vault, act, folder_id)


def _log_edit(vault: Vault, act: Act, refiled: Refiled, row: DocumentRow) -> None:
    wanted = refiled.wanted
    old = wanted.row
    facts: dict[str, object] = {
        **document_statement(row, matters_of(subject_of(row, wanted.after).facts)),
        "old_due": old.due.isoformat() if old.due else None,
        "old_series": old.series,
    }
    if refiled.text_leaf is not None:
        facts["text"] = refiled.text_leaf
    if wanted.undoes is not None:
        facts["undoes"] = wanted.undoes
    act.log(
        EDITED,
        objects=(row.id.hex(),),
        facts=facts,
        seal=lambda sequence: vault.records.seal_event(row, refiled.note, sequence),
    )


def _old_leaves(
    refiled: Sequence[Refiled],
) -> dict[ClientId, dict[FolderId, frozenset[int]]]:
    leaves: dict[ClientId, dict[FolderId, frozenset[int]]] = {}
    for one in refiled:
        if one.has_moved:
            old = one.wanted.row
            folders = leaves.setdefault(old.client_id, {})
            known = folders.get(old.folder_id, frozenset())
            folders[old.folder_id] = known | one.old_leaves
    return leaves


def _log_refusals(act: Act, failed: Sequence[Failed]) -> None:
    for error in _refused(failed):
        act.log(REFUSED, facts={"code": error.code, "command": "edit"})


def _refused(failed: Sequence[Failed]) -> list[LedgerVaultError]:
    return [one.error for one in failed if one.error.exit_code in REFUSING_EXITS]
