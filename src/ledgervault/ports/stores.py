"""Stores outside the catalogue: packs, ring, anchors, identities, pins, clock."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ledgervault.crypto.keys import Anchor


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the aware UTC instant."""


@dataclasses.dataclass(frozen=True, slots=True)
class Extent:
    """Where an appended blob lies."""

    pack: str
    offset: int
    length: int


class PackWriter(Protocol):
    """An unfinished pack; nothing in it exists until `close` has returned."""

    @property
    def size(self) -> int: ...
    def append(self, chunks: Iterable[bytes]) -> Extent: ...
    def close(self) -> None:
        """Make the pack and its directory entry durable."""

    def abandon(self) -> None:
        """Remove the unfinished pack."""


class PackStore(Protocol):
    """Ciphertext in immutable packs; names are random hex."""

    def create(self) -> PackWriter: ...
    def read(self, pack: str, offset: int, length: int) -> bytes: ...
    def chunks(self, extent: Extent) -> Iterator[bytes]:
        """Yield the extent's bytes in pieces of at most 1 MiB."""

    def packs(self) -> Mapping[str, int]:
        """Return every finished pack with its size in bytes."""

    def remove(self, packs: Iterable[str]) -> None: ...
    def sweep(self) -> int:
        """Remove unfinished packs left by a crash; return how many."""

    def copy_to(self, directory: str, packs: Iterable[str]) -> int:
        """Copy packs durably into a directory of packs; return bytes copied."""


class RingStore(Protocol):
    """Pages and HEAD; never any history: replaced files are overwritten first."""

    def read_head(self) -> bytes | None: ...
    def read_page(self, epoch: int, client: bytes, sha256: bytes) -> bytes: ...
    def write_pages(self, epoch: int, pages: Mapping[bytes, bytes]) -> None:
        """Write client -> page durably beside what is there."""

    def write_head(self, record: bytes) -> None:
        """Replace HEAD atomically and durably."""

    def read_grants(self) -> Sequence[bytes]:
        """Return the grants of the ring's keys that lie beside HEAD, if any."""

    def write_grants(self, records: Sequence[bytes]) -> None:
        """Keep grants of the ring's keys beside HEAD."""

    def discard_except(self, epoch: int, keep: Mapping[bytes, bytes]) -> None:
        """Erase every page that is not (epoch, client -> sha256)."""


class AnchorStore(Protocol):
    """Effaceable storage for one 32-byte anchor per shred epoch."""

    name: str

    def create(self, epoch: int, anchor: Anchor) -> None: ...
    def get(self, epoch: int) -> Anchor: ...
    def destroy(self, epoch: int) -> str:
        """Destroy the anchor beyond recall; return how it was done."""

    def epochs(self) -> Sequence[int]: ...


class IdentityStore(Protocol):
    """Identity files in the user's configuration directory."""

    def names(self) -> Sequence[str]: ...
    def load(self, name: str | None) -> tuple[str, bytes]: ...
    def save(self, name: str, record: bytes) -> str:
        """Write a new identity file (0600); return its path."""

    def replace_file(self, path: Path, record: bytes, *, expected: bytes) -> None:
        """Exchange an identity file atomically, if it still is the expected one."""


class PinStore(Protocol):
    """The last checkpoint this user has seen, per vault and place."""

    def load(self, vault: bytes, place: str) -> Mapping[str, str] | None: ...
    def save(self, vault: bytes, place: str, pin: Mapping[str, str]) -> None: ...
    def others(self, vault: bytes, place: str) -> Sequence[Mapping[str, str]]: ...


class WriterLock(Protocol):
    """One writer a vault: ingest, purge, edit, archive, backup wait their turn."""

    def hold(self, act: str) -> AbstractContextManager[None]: ...


class Delivery(Protocol):
    """A file on its way out: hidden under a temporary name until it is whole."""

    def write(self, data: bytes) -> int: ...
    def finish(self) -> str:
        """Make the file durable under its name; return its path."""

    def abandon(self) -> None: ...


class DeliveryStore(Protocol):
    """Where documents are handed out; nothing is overwritten."""

    def create(
        self, directory: str, name: str, *, may_number: bool, is_durable: bool
    ) -> Delivery:
        """Begin a file; a taken name gets a number only where `may_number`."""

    def verify_free(self, directory: str, name: str | None) -> None:
        """Refuse a taken name or a closed place before anything is on the record."""

    def is_directory(self, path: str) -> bool: ...


class MirrorOpener(Protocol):
    """Opens the mirror kept at a backup target."""

    def open(self, location: str, vault: bytes) -> tuple[RingStore, AnchorStore]:
        """Raise StorageUnavailable when the target cannot be reached."""

    def create(self, location: str, vault: bytes) -> None:
        """Make room for a mirror in a directory that exists, unless it is there."""
