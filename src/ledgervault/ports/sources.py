"""Papers on their way in: files found under the paths a user named."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A regular file; `relative` is below the named root, both as raw bytes."""

    path: bytes
    root: bytes
    relative: bytes
    size: int
    modified_ns: int
    inode: tuple[int, int]  # device, inode


@dataclasses.dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not taken in, and why, in words."""

    path: bytes
    code: str  # source.symlink | source.special | source.unreadable | ...
    reason: str


class OpenedSource(Protocol):
    """A file being read once; nothing is followed, nothing blocks."""

    def read_all(self) -> bytes: ...
    def chunks(self, size: int) -> Iterator[bytes]: ...
    def verify_unchanged(self) -> None:
        """Raise Conflict if the file changed while it was read."""

    def close(self) -> None: ...


class SourceReader(Protocol):
    """Finds and opens papers; raises StorageUnavailable for what cannot be read."""

    def scan(self, roots: Sequence[bytes]) -> Iterator[Found | Skipped]: ...
    def open(self, found: Found) -> OpenedSource: ...
    def remove(self, found: Found) -> None:
        """Remove a paper that was taken in (`--move`), if it is still the same file."""
