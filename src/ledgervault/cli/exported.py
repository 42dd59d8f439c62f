"""An exported log as lines that can be read twice, each of bounded length."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from ledgervault.errors import NotFound, UsageInvalid


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedLines:
    """The lines of a file a person named; raises UsageInvalid or NotFound."""

    path: str

    def __iter__(self) -> Iterator[bytes]:
        """Open the file anew."""
        from ledgervault.ledger.export import HEADER_BYTES

        path = Path(self.path)
        if path.exists() and not path.is_file():
            raise UsageInvalid(
                f"{self.path[:80]!r} is not a file",
                hint="name the file that `vault log export -o FILE` wrote",
            )
        try:
            with path.open("rb") as file:
                # A hostile file may be one endless line.
                yield from iter(lambda: file.readline(HEADER_BYTES), b"")
        except FileNotFoundError:
            raise NotFound(f"there is no file {self.path[:80]!r}") from None
