"""The restore drill after a destruction: the dead stay dead, the living open."""

from typing import Any

from ledgervault.domain.disposal import DisposalOrder
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import ClientId, FolderId
from ledgervault.ports.rows import DocumentFilter
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.opened import Vault

SAMPLE = 3


def drill(vault: Vault, client_id: ClientId, order: DisposalOrder) -> dict[str, Any]:
    """Try every destroyed document's key and open a sample of survivors."""
    vault.ring.refresh()
    folder = FolderId(bytes.fromhex(order.folder))
    refused = sum(
        not vault.ring.is_derivable(client_id, folder, item.leaf)
        for item in order.items
    )
    wanted = DocumentFilter(client_id=client_id, state="active")
    survivors = vault.catalogue.documents(wanted, after=-1, limit=SAMPLE)
    opened = 0
    for row in survivors:
        try:
            for _piece in open_content(vault, row, latest_version(vault, row)):
                pass
            opened += 1
        except LedgerVaultError:
            continue
    return {
        "destroyed": len(order.items),
        "refused": refused,
        "survivors_tried": len(survivors),
        "survivors_opened": opened,
    }
