"""The restore drill after a destruction: the dead stay dead, the living open.

Whether keys derive, the ring alone tells; whether survivors open, only a reader can.
"""

from typing import Any

from ledgervault.domain.disposal import DisposalOrder
from ledgervault.errors import LedgerVaultError, NotAuthorised
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import DocumentFilter, DocumentRow
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.opened import Vault

SAMPLE = 3


def drill(vault: Vault, client_id: ClientId, order: DisposalOrder) -> dict[str, int]:
    """Try every destroyed document's key and derive those of a few survivors."""
    vault.ring.refresh()
    folder = FolderId(bytes.fromhex(order.folder))
    refused = sum(
        not vault.ring.is_derivable(client_id, folder, item.leaf)
        for item in order.items
    )
    survivors = _survivors(vault, client_id)
    derived = sum(
        vault.ring.is_derivable(row.client_id, row.folder_id, row.leaf)
        for row in survivors
    )
    return {
        "destroyed": len(order.items),
        "refused": refused,
        "survivors_derived": derived,
    }


def open_survivors(vault: Vault, client_id: ClientId) -> dict[str, Any]:
    """Open a sample of what is left of a client."""
    survivors = _survivors(vault, client_id)
    tried = opened = 0
    for row in survivors:
        try:
            for _piece in open_content(vault, row, latest_version(vault, row)):
                pass
            opened += 1
        except NotAuthorised:
            continue  # closed to this reader; that says nothing of the paper
        except LedgerVaultError:
            pass
        tried += 1
    return {"survivors_tried": tried, "survivors_opened": opened}


def _survivors(vault: Vault, client_id: ClientId) -> list[DocumentRow]:
    wanted = DocumentFilter(client_id=client_id, state="active")
    return list(vault.catalogue.documents(wanted, after=-1, limit=SAMPLE))
