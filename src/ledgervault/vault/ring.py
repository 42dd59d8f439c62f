"""The shred path: ring pages under an anchor, and the change of epoch.

A purge prepares the pages of the next epoch, is logged, flips HEAD and only
then destroys the old anchor. Every step can be repeated after a crash.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping

from ledgervault.crypto.ggm import FolderKeys, LeafDeriver
from ledgervault.crypto.heads import RingHead, parse_head, sign_head, verify_head
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import Anchor, RingKey, ShredKey
from ledgervault.crypto.pages import open_page, seal_page
from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotFound
from ledgervault.ids import ClientId, FolderId, IdentityId, VaultId
from ledgervault.ports.stores import AnchorStore, RingStore
from ledgervault.vault.people import People

Shape = Mapping[FolderId, frozenset[int] | None]  # leaves to erase; None: all


@dataclasses.dataclass(slots=True)
class Ring:
    """The live ring, opened page by page."""

    vault: VaultId
    identity: Identity
    people: People
    ring_key: RingKey
    store: RingStore
    anchors: AnchorStore
    head: RingHead
    _pages: dict[ClientId, dict[FolderId, FolderKeys]] = dataclasses.field(
        default_factory=dict, repr=False
    )
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

    def page(self, client: ClientId) -> dict[FolderId, FolderKeys]:
        """Open a client's page; a client without a page has no folders."""
        if client not in self._pages:
            self._pages[client] = self._load_live(client)
        return self._pages[client]

    def refresh(self) -> bool:
        """Read HEAD again, as another process may have moved it; say if it had."""
        head = read_verified_head(self.store, vault=self.vault, people=self.people)
        if head == self.head:
            return False
        self.head = head
        self._pages.clear()
        self._derivers.clear()
        return True

    def open_folders(
        self, wanted: Mapping[ClientId, Iterable[FolderId]], *, log_size: int
    ) -> None:
        """Give new folders a seed each, durably, in the current epoch."""
        anchor = self.anchors.get(self.head.epoch)
        records: dict[bytes, bytes] = {}
        for client, folders in wanted.items():
            page = dict(self.page(client))
            page |= {folder: FolderKeys.fresh(folder) for folder in folders}
            records[client] = self._seal(client, page, anchor, self.head.epoch)
            self._pages[client] = page
        if records:
            self.store.write_pages(self.head.epoch, records)
            self._set_head(self.head.epoch, _hashes(self.head.pages, records), log_size)

    def prepare(self, erase: Mapping[ClientId, Shape], *, log_size: int) -> bytes:
        """Write epoch e+1 without the erased keys under a new anchor; return its HEAD.

        Pages are read back and every survivor and every erased leaf is checked.
        """
        epoch = self.head.epoch + 1
        if epoch in self.anchors.epochs():
            self.anchors.destroy(epoch)
        anchor = Anchor.generate()
        self.anchors.create(epoch, anchor)
        survivors = {
            ClientId(client): _without(
                self.page(ClientId(client)), erase.get(ClientId(client))
            )
            for client in self.head.pages
        }
        records: dict[bytes, bytes] = {
            client: self._seal(client, page, anchor, epoch)
            for client, page in survivors.items()
        }
        self.store.write_pages(epoch, records)
        head = self._head(epoch, _hashes({}, records), log_size)
        self._verify_prepared(head, survivors, erase)
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
        store.write_head(_required(self.store.read_head()))
        for old in anchors.epochs():
            if old != epoch:
                anchors.destroy(old)
        store.discard_except(epoch, self.head.pages)

    def _load_live(self, client: ClientId) -> dict[FolderId, FolderKeys]:
        try:
            return self._load(client, self.head, None)
        except LedgerVaultError:
            if not self.refresh():
                raise
            return self._load(client, self.head, None)

    def _load(
        self, client: ClientId, head: RingHead, anchor: Anchor | None
    ) -> dict[FolderId, FolderKeys]:
        sha256 = head.pages.get(client)
        if sha256 is None:
            return {}
        record = self.store.read_page(head.epoch, client, sha256)
        if hashlib.sha256(record).digest() != sha256:
            raise IntegrityViolated(
                "a ring page was exchanged",
                hint="restore the ring from a mirror: `vault backup restore`",
                code="ring.page",
            )
        folders = open_page(
            record,
            anchor=anchor or self.anchors.get(head.epoch),
            ring_key=self.ring_key,
            vault=self.vault,
            client=client,
            epoch=head.epoch,
        )
        return {FolderId(keys.folder): keys for keys in folders}

    def _seal(
        self,
        client: ClientId,
        page: Mapping[FolderId, FolderKeys],
        anchor: Anchor,
        epoch: int,
    ) -> bytes:
        folders = [page[folder] for folder in sorted(page)]
        return seal_page(
            folders,
            anchor=anchor,
            ring_key=self.ring_key,
            vault=self.vault,
            client=client,
            epoch=epoch,
        )

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
        survivors: Mapping[ClientId, Mapping[FolderId, FolderKeys]],
        erase: Mapping[ClientId, Shape],
    ) -> None:
        for client, expected in survivors.items():
            written = self._load(client, head, self.anchors.get(head.epoch))
            if written != expected:
                raise IntegrityViolated("the new ring page reads back otherwise")
            for folder, leaves in erase.get(client, {}).items():
                keys = written.get(folder)
                left = keys is not None and (
                    leaves is None or any(keys.is_derivable(leaf) for leaf in leaves)
                )
                if left:
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
    return Ring(vault, identity, people, ring_key, store, anchors, head)


def ring_age(head: RingHead) -> tuple[int, int]:
    """Return what tells an older HEAD from a newer one."""
    return head.epoch, head.log_size


def read_verified_head(store: RingStore, *, vault: VaultId, people: People) -> RingHead:
    """Read HEAD and check that an admitted user signed it."""
    return verify_head_by(_required(store.read_head()), vault=vault, people=people)


def verify_head_by(record: bytes, *, vault: VaultId, people: People) -> RingHead:
    """Check a HEAD record against the keys of the user it names."""
    signer = people.user(IdentityId(parse_head(record).signer))
    return verify_head(record, vault=vault, signer_public=signer.public.ed25519)


def _required(record: bytes | None) -> bytes:
    if record is None:
        raise IntegrityViolated(
            "the ring's HEAD is missing",
            hint="without the ring nothing can be read: restore it from a mirror",
            code="ring.missing",
        )
    return record


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
