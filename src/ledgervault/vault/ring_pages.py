"""Pages of one ring epoch: sealed and opened with its anchor and its ring key."""

import dataclasses
import hashlib
from collections.abc import Mapping

from ledgervault.crypto.ggm import FolderKeys
from ledgervault.crypto.keys import Anchor, RingKey
from ledgervault.crypto.pages import open_page, seal_page
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, FolderId, VaultId

Page = dict[FolderId, FolderKeys]


@dataclasses.dataclass(frozen=True, slots=True)
class PageKeys:
    """What opens the pages of one epoch."""

    vault: VaultId
    epoch: int
    anchor: Anchor
    ring_key: RingKey

    def seal(self, client: ClientId, page: Mapping[FolderId, FolderKeys]) -> bytes:
        """Seal a client's folders."""
        return seal_page(
            [page[folder] for folder in sorted(page)],
            anchor=self.anchor,
            ring_key=self.ring_key,
            vault=self.vault,
            client=client,
            epoch=self.epoch,
        )

    def open(self, client: ClientId, record: bytes, sha256: bytes) -> Page:
        """Open a client's page, if it is the one that HEAD names."""
        if hashlib.sha256(record).digest() != sha256:
            raise IntegrityViolated(
                "a ring page was exchanged",
                hint="restore the ring from a mirror: `vault backup restore`",
                code="ring.page",
            )
        folders = open_page(
            record,
            anchor=self.anchor,
            ring_key=self.ring_key,
            vault=self.vault,
            client=client,
            epoch=self.epoch,
        )
        return {FolderId(keys.folder): keys for keys in folders}
