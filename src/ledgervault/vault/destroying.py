"""Execute a disposal: keys first, then mirrors, ciphertext, drill, certificate.

Once `purge.executed` is logged the order is carried out to its end, by this
run or the next: every step can be repeated.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.signing import sign_labelled
from ledgervault.domain.disposal import DESTROYED, EXECUTING, DisposalOrder
from ledgervault.ids import ClientId, DocumentId, FolderId
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ports.rows import DisposalRow, DocumentRow
from ledgervault.vault import truth
from ledgervault.vault.certifying import CertificateFacts, certificate_facts
from ledgervault.vault.compacting import compact_packs
from ledgervault.vault.drilling import drill
from ledgervault.vault.epochs import Flipped, change_epoch
from ledgervault.vault.mirroring import refresh_mirrors
from ledgervault.vault.opened import Act, Vault

TABLE = "disposals"


def execute_order(
    vault: Vault, row: DisposalRow, order: DisposalOrder, rows: Sequence[DocumentRow]
) -> DisposalRow:
    """Destroy a folder's keys and everything that hung on them; certify it."""
    folder = vault.catalogue.folder(row.folder_id)
    known = open_facts(vault, row)
    known["folder"] = vault.records.folder_facts(folder)
    known["bytes"] = sum(document.size for document in rows)
    executing = row

    def state(act: Act, epoch: int) -> None:
        nonlocal executing
        known.update(epoch_before=epoch - 1, epoch_after=epoch)
        known["destroyed_at"] = vault.now().isoformat(timespec="seconds")
        executing = _advance(vault, row, EXECUTING, known)
        act.tx.update_disposal(executing)
        _mark_destroyed(vault, act, row, rows)
        facts = {"order": order.disposal, "epoch": epoch, "documents": len(rows)}
        objects = (row.id.hex(), folder.id.hex())
        act.log("purge.executed", objects=objects, facts=facts)

    erase = {ClientId(row.client_id): {FolderId(row.folder_id): None}}
    flipped = change_epoch(vault, erase, state)
    return finish_execution(vault, executing, flipped)


def finish_execution(
    vault: Vault, row: DisposalRow, flipped: Flipped | None = None
) -> DisposalRow:
    """Carry out what follows the destruction of the keys; repeatable."""
    order = DisposalOrder.from_json(parse_canonical(row.order))
    known = open_facts(vault, row)
    known["anchor"] = flipped.anchor if flipped else "destroyed on resuming"
    known["mirrors"] = refresh_mirrors(vault)
    documents = [DocumentId(bytes.fromhex(item.document)) for item in order.items]
    known["packs"] = compact_packs(vault, documents)
    known["drill"] = drill(vault, row.client_id, order)
    facts = certificate_facts(vault, row, order, known)
    return _certify(vault, row, facts, known)


def open_facts(vault: Vault, row: DisposalRow) -> dict[str, Any]:
    """Open what the vault keeps of a disposal, as its own record."""
    return vault.records.open_for_client(
        vault.agency, TABLE, row.id, row.sealed, row.row_version
    )


def seal_facts(vault: Vault, row: DisposalRow, facts: dict[str, Any]) -> bytes:
    """Seal what the vault keeps of a disposal."""
    return vault.records.seal_for_client(
        vault.agency, TABLE, row.id, facts, row.row_version
    )


def _advance(
    vault: Vault, row: DisposalRow, state: str, facts: dict[str, Any]
) -> DisposalRow:
    fresh = dataclasses.replace(row, state=state, row_version=row.row_version + 1)
    return dataclasses.replace(fresh, sealed=seal_facts(vault, fresh, facts))


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


def _certify(
    vault: Vault,
    row: DisposalRow,
    certificate: CertificateFacts,
    known: dict[str, Any],
) -> DisposalRow:
    signature = sign_labelled(
        vault.identity, labels.CERTIFICATE, canonical_json(certificate)
    )
    known["certificate"] = {
        "facts": certificate,
        "signer": vault.me.id.hex(),
        "signature": signature.hex(),
    }
    done = _advance(vault, row, DESTROYED, known)
    with vault.act() as act:
        act.tx.update_disposal(done)
        act.log(
            "disposal.certified",
            objects=(row.id.hex(),),
            facts={"signature": signature.hex(), "certificate": certificate["number"]},
        )
    return done
