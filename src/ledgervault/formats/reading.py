"""Papers read by their format, as the port asks for it.

The readers are imported with the first paper: most commands read none.
"""

from typing import TYPE_CHECKING

from ledgervault.ports.papers import PaperText

if TYPE_CHECKING:
    from ledgervault.formats.confinement import ConfinedReader


class FormatReader:
    """Reads papers by their format."""

    def __init__(self) -> None:
        self._confined: ConfinedReader | None = None

    def read(self, content: bytes, *, name: str, is_whole: bool = True) -> PaperText:
        """Read a paper's type and text in bounded time and memory."""
        from ledgervault.formats.confinement import ConfinedReader
        from ledgervault.formats.papers import read_paper

        if self._confined is None:
            self._confined = ConfinedReader()
        return read_paper(
            content, name=name, confined=self._confined, is_whole=is_whole
        )
