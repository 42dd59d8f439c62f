"""Execute a disposal: keys first, then mirrors, ciphertext, and a first drill.

Once `purge.executed` is logged the order is carried out to its end, by this run or
the next: every step can be repeated. Nothing here reads: a service that holds the
ring key alone carries it out, and states in `purge.finished` what a certificate needs.
"""

import dataclasses
from collections.abc import Sequence

from ledgervault.domain.disposal import EXECUTED, EXECUTING, DisposalOrder
from ledgervault.ids import ClientId, DocumentId, FolderId
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ports.rows import DisposalRow, DocumentRow
from ledgervault.vault import truth
from ledgervault.vault.compacting import compact_packs
from ledgervault.vault.drilling import drill
from ledgervault.vault.epochs import Flipped, change_epoch
from ledgervault.vault.mirroring import refresh_mirrors
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.order_record import EXECUTED_ACT, FINISHED_ACT


def execute_order(
    vault: Vault, row: DisposalRow, order: DisposalOrder, rows: Sequence[DocumentRow]
) -> DisposalRow:
    """Destroy a folder's keys and everything that hung on them."""
    executing = _in_state(row, EXECUTING)

    def state(act: Act, epoch: int) -> None:
        act.tx.update_disposal(executing)
        _mark_destroyed(vault, act, row, rows)
        facts = {
            "order": order.disposal,
            "epoch": epoch,
            "documents": len(rows),
            "bytes": sum(document.size for document in rows),
        }
        objects = (row.id.hex(), row.folder_id.hex())
        act.log(EXECUTED_ACT, objects=objects, facts=facts)

    erase = {ClientId(row.client_id): {FolderId(row.folder_id): None}}
    flipped = change_epoch(vault, erase, state)
    return finish_execution(vault, executing, flipped)


def finish_execution(
    vault: Vault, row: DisposalRow, flipped: Flipped | None = None
) -> DisposalRow:
    """Carry out what follows the destruction of the keys; repeatable."""
    order = DisposalOrder.from_json(parse_canonical(row.order))
    documents = [DocumentId(bytes.fromhex(item.document)) for item in order.items]
    facts = {
        "anchor": flipped.anchor if flipped else "destroyed on resuming",
        "mirrors": refresh_mirrors(vault),
        "packs": compact_packs(vault, documents),
        "drill": drill(vault, row.client_id, order),
    }
    done = _in_state(row, EXECUTED)
    with vault.act() as act:
        act.tx.update_disposal(done)
        act.log(FINISHED_ACT, objects=(row.id.hex(),), facts=facts)
    return done


def _in_state(row: DisposalRow, state: str) -> DisposalRow:
    # Nothing is sealed into a row before its certificate: see `certifying`.
    return dataclasses.replace(row, state=state, row_version=row.row_version + 1)


def _mark_destroyed(
    vault: Vault, act: Act, row: DisposalRow, rows: Sequence[DocumentRow]
) -> None:
    for document in rows:
        gone = dataclasses.replace(
            document,
            state="destroyed",
            sealed=b"",
            row_version=document.row_version + 1,
        )
        act.tx.update_document(gone)
        act.log(
            truth.DESTROYED,
            objects=(document.id.hex(),),
            facts={"row": truth.clear_facts(gone), "disposal": row.id.hex()},
        )
    act.tx.remove_texts([document.id for document in rows])
    folder = vault.catalogue.folder(row.folder_id)
    version = folder.row_version + 1
    gone_folder = dataclasses.replace(folder, state="destroyed", row_version=version)
    act.tx.update_folders([gone_folder])
