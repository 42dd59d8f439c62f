"""The shred path: ring pages under an anchor, and the change of epoch.

A purge prepares the pages of the next epoch, is logged, flips HEAD and only
then destroys the old anchor. Every step can be repeated after a crash. An epoch
is sealed under the ring key that holds from it or from the latest before it.
"""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping

from ledgervault.crypto.ggm import FolderKeys, LeafDeriver
from ledgervault.crypto.heads import RingHead, parse_head, sign_head
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import Anchor, RingKey, ShredKey
from ledgervault.errors import (
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
    NotFound,
)
from ledgervault.ids import ClientId, FolderId, VaultId
from ledgervault.ports.stores import AnchorStore, RingStore
from ledgervault.vault.people import People
from ledgervault.vault.ring_heads import required_head, verify_head_by
from ledgervault.vault.ring_pages import Page, PageKeys

Shape = Mapping[FolderId, frozenset[int] | None]  # leaves to erase; None: all
RingKeys = Callable[[int], RingKey]  # by epoch


@dataclasses.dataclass(slots=True)
class Ring:
    """The live ring, opened page by page."""

    vault: VaultId
    identity: Identity
    people: People
    ring_keys: RingKeys
    store: RingStore
    anchors: AnchorStore
    head: RingHead
    _pages: dict[ClientId, Page] = dataclasses.field(default_factory=dict, repr=False)
    _derivers: dict[FolderId, LeafDeriver] = dataclasses.field(
        default_factory=dict, repr=False
    )

    def shred_key(self, client: ClientId, folder: FolderId, leaf: int) -> ShredKey:
        """Derive a document's shred key; NotFound `destroyed` when it is gone."""
        deriver = self._derivers.get(folder)
        if deriver is None:
            keys = self.page(client).get(folder)
            if keys is None:
                raise _destroyed()
            deriver = self._derivers[folder] = LeafDeriver(keys, self.vault)
        return deriver.derive(leaf)

    def is_derivable(self, client: ClientId, folder: FolderId, leaf: int) -> bool:
        """Say whether the live ring can still derive a document's shred key."""
        keys = self.page(client).get(folder)
        return keys is not None and keys.is_derivable(leaf)

    def page(self, client: ClientId) -> Page:
        """Open a client's page; a client without a page has no folders."""
        if client not in self._pages:
            self._pages[client] = self._load_live(client)
        return self._pages[client]

    def read_ahead(self) -> None:
        """Fetch the ring key, which a copy of this process could not."""
        with contextlib.suppress(NotAuthorised):
            self.ring_keys(self.head.epoch)

    def refresh(self) -> bool:
        """Read HEAD again, as another process may have moved it; say if it had."""
        record = required_head(self.store.read_head())
        if parse_head(record) == self.head:
            return False
        head = verify_head_by(record, vault=self.vault, people=self.people)
        self.head = head
        self._pages.clear()
        self._derivers.clear()
        return True

    def open_folders(
        self, wanted: Mapping[ClientId, Iterable[FolderId]], *, log_size: int
    ) -> None:
        """Give new folders a seed each, durably, in the current epoch."""
        keys = self._keys(self.head.epoch)
        records: dict[bytes, bytes] = {}
        for client, folders in wanted.items():
            page = dict(self.page(client))
            page |= {folder: FolderKeys.fresh(folder) for folder in folders}
            records[client] = keys.seal(client, page)
            self._pages[client] = page
        if records:
            self.store.write_pages(self.head.epoch, records)
            self._set_head(self.head.epoch, _hashes(self.head.pages, records), log_size)

    def prepare(
        self,
        erase: Mapping[ClientId, Shape],
        *,
        log_size: int,
        ring_key: RingKey | None = None,
    ) -> bytes:
        """Write epoch e+1 without the erased keys under a new anchor; return its HEAD.

        `ring_key` takes the place of the present one. Pages are read back and
        every survivor and every erased leaf is checked.
        """
        epoch = self.head.epoch + 1
        ring_key = ring_key or self.ring_keys(self.head.epoch)
        keys = PageKeys(self.vault, epoch, self._fresh_anchor(epoch), ring_key)
        survivors = {
            ClientId(client): _without(
                self.page(ClientId(client)), erase.get(ClientId(client))
            )
            for client in self.head.pages
        }
        records: dict[bytes, bytes] = {
            client: keys.seal(client, page) for client, page in survivors.items()
        }
        self.store.write_pages(epoch, records)
        head = self._head(epoch, _hashes({}, records), log_size)
        self._verify_prepared(head, keys, survivors, erase)
        return sign_head(head, self.identity)

    def flip(self, record: bytes) -> str:
        """Make a prepared epoch the live one and destroy the old anchor."""
        head = verify_head_by(record, vault=self.vault, people=self.people)
        if head.epoch == self.head.epoch + 1:
            self.store.write_head(record)
        elif record != self.store.read_head():
            # An older HEAD of the live epoch would let live pages be discarded.
            raise IntegrityViolated("the ring has moved on", code="ring.epoch")
        self.head = head
        self._pages.clear()
        self._derivers.clear()
        return self.tidy()

    def tidy(self) -> str:
        """Destroy anchors and pages that are not of the live epoch; say how."""
        how = ""
        for epoch in self.anchors.epochs():
            # A later one was prepared for an act that never committed.
            if epoch != self.head.epoch:
                how = self.anchors.destroy(epoch)
        self.store.discard_except(self.head.epoch, self.head.pages)
        return how

    def copy_to(self, store: RingStore, anchors: AnchorStore) -> None:
        """Overwrite a mirror with the live pages, HEAD and anchor; keep no history."""
        epoch = self.head.epoch
        pages = {
            client: self.store.read_page(epoch, client, sha256)
            for client, sha256 in self.head.pages.items()
        }
        store.write_pages(epoch, pages)
        if epoch not in anchors.epochs():
            anchors.create(epoch, self.anchors.get(epoch))
        store.write_head(required_head(self.store.read_head()))
        for old in anchors.epochs():
            if old != epoch:
                anchors.destroy(old)
        store.discard_except(epoch, self.head.pages)

    def _load_live(self, client: ClientId) -> Page:
        try:
            return self._load(client, self.head, self._keys(self.head.epoch))
        except LedgerVaultError:
            if not self.refresh():
                raise
            return self._load(client, self.head, self._keys(self.head.epoch))

    def _load(self, client: ClientId, head: RingHead, keys: PageKeys) -> Page:
        sha256 = head.pages.get(client)
        if sha256 is None:
            return {}
        record = self.store.read_page(head.epoch, client, sha256)
        return keys.open(client, record, sha256)

    def _keys(self, epoch: int) -> PageKeys:
        ring_key = self.ring_keys(epoch)
        return PageKeys(self.vault, epoch, self.anchors.get(epoch), ring_key)

    def _fresh_anchor(self, epoch: int) -> Anchor:
        if epoch in self.anchors.epochs():
            self.anchors.destroy(epoch)
        anchor = Anchor.generate()
        self.anchors.create(epoch, anchor)
        return self.anchors.get(epoch)

    def _head(
        self, epoch: int, pages: Mapping[bytes, bytes], log_size: int
    ) -> RingHead:
        # Each HEAD of an epoch says more than the one before, so none can be put back.
        age = max(log_size, self.head.log_size + 1 if epoch == self.head.epoch else 0)
        return RingHead(epoch, self.vault, self.identity.identity_id, age, pages)

    def _set_head(
        self, epoch: int, pages: Mapping[bytes, bytes], log_size: int
    ) -> None:
        head = self._head(epoch, pages, log_size)
        self.store.write_head(sign_head(head, self.identity))
        self.head = head
        self.store.discard_except(epoch, head.pages)

    def _verify_prepared(
        self,
        head: RingHead,
        keys: PageKeys,
        survivors: Mapping[ClientId, Mapping[FolderId, FolderKeys]],
        erase: Mapping[ClientId, Shape],
    ) -> None:
        for client, expected in survivors.items():
            written = self._load(client, head, keys)
            if written != expected:
                raise IntegrityViolated("the new ring page reads back otherwise")
            for folder, leaves in erase.get(client, {}).items():
                if _is_left(written.get(folder), leaves):
                    raise IntegrityViolated("the new ring still derives an erased key")


def found_ring(
    vault: VaultId,
    identity: Identity,
    people: People,
    *,
    ring_key: RingKey,
    store: RingStore,
    anchors: AnchorStore,
) -> Ring:
    """Create the first epoch of a new vault's ring, without pages."""
    anchors.create(1, Anchor.generate())
    head = RingHead(1, vault, identity.identity_id, 0, {})
    store.write_head(sign_head(head, identity))
    return Ring(vault, identity, people, lambda _epoch: ring_key, store, anchors, head)


def _without(
    page: Mapping[FolderId, FolderKeys], erase: Shape | None
) -> dict[FolderId, FolderKeys]:
    left = dict(page)
    for folder, leaves in (erase or {}).items():
        if leaves is None:
            left.pop(folder, None)
        elif folder in left:
            left[folder] = left[folder].puncture(leaves)
    return left


def _is_left(keys: FolderKeys | None, leaves: frozenset[int] | None) -> bool:
    if keys is None:
        return False
    return leaves is None or any(keys.is_derivable(leaf) for leaf in leaves)


def _hashes(
    pages: Mapping[bytes, bytes], records: Mapping[bytes, bytes]
) -> dict[bytes, bytes]:
    fresh = {client: hashlib.sha256(page).digest() for client, page in records.items()}
    return {**pages, **fresh}


def _destroyed() -> NotFound:
    return NotFound(
        "this was destroyed: the ring no longer holds its key",
        hint="`vault disposal list` names the certificate",
        code="destroyed",
    )
