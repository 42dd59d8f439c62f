"""Papers read by their format, as the port asks for it.

The readers are imported with the first paper: most commands read none.
"""

from typing import TYPE_CHECKING

from ledgervault.errors import ConfigurationInvalid
from ledgervault.ports.papers import PaperText

if TYPE_CHECKING:
    from ledgervault.formats.confinement import ConfinedReader
    from ledgervault.formats.papers import PictureReader


class FormatReader:
    """Reads papers by their format; words in pictures only if that is asked for."""

    def __init__(self, *, reads_pictures: bool = False) -> None:
        self._confined: ConfinedReader | None = None
        self._pictures: PictureReader | None = None
        if reads_pictures:
            self._pictures = _picture_reader()

    def read(self, content: bytes, *, name: str, is_whole: bool = True) -> PaperText:
        """Read a paper's type and text in bounded time and memory."""
        from ledgervault.formats.confinement import ConfinedReader
        from ledgervault.formats.papers import read_paper

        if self._confined is None:
            self._confined = ConfinedReader()
        return read_paper(
            content,
            name=name,
            confined=self._confined,
            pictures=self._pictures,
            is_whole=is_whole,
        )


def _picture_reader() -> "PictureReader":
    from ledgervault.formats.confinement import picture_reader
    from ledgervault.formats.picture_text import has_engine

    if not has_engine():
        raise ConfigurationInvalid(
            "no engine that reads pictures is installed",
            hint="pip install 'ledgervault[ocr]', or install Tesseract with chi_sim",
            code="ocr.no-engine",
        )
    return picture_reader()
