"""Papers read by their format, as the port asks for it.

The readers are imported with the first paper: most commands read none.
"""

from ledgervault.ports.papers import PaperText


class FormatReader:
    """Reads papers by their format."""

    def read(self, content: bytes, *, name: str) -> PaperText:
        """Read a paper's type and text in bounded time and memory."""
        from ledgervault.formats.papers import read_paper

        return read_paper(content, name=name)
