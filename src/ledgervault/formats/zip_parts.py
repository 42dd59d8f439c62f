"""Members of zip files, inflated in small doses; a bomb costs its limit only."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator

from ledgervault.formats.extracts import Unreadable

MAX_MEMBERS = 5000
TOTAL_BYTES = 16 << 20
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
)


class ZipParts:
    """An opened zip; what is inflated of it counts against one total."""

    def __init__(self, content: bytes, *, total: int = TOTAL_BYTES) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN:
            raise Unreadable("it is a damaged zip file") from None
        self._members = self._archive.infolist()
        self._left = total
        if len(self._members) > MAX_MEMBERS:
            raise Unreadable("it has too many members")

    @property
    def names(self) -> list[str]:
        """Return the members' names, Chinese ones of old programs too."""
        return [_name(info) for info in self._members]

    @property
    def is_encrypted(self) -> bool:
        """Say whether any member asks for a password."""
        return any(info.flag_bits & _ENCRYPTED for info in self._members)

    def read(self, name: str, limit: int) -> bytes:
        """Return the head of one member; nothing if there is no such member."""
        return next((data for _n, data in self.select(name.__eq__, limit)), b"")

    def select(
        self, wanted: Callable[[str], bool], limit: int, *, is_lenient: bool = False
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the heads of the members whose names are wanted, in their order.

        A damaged member raises Unreadable, or is empty if that is asked for.
        """
        for info in self._members:
            name = _name(info)
            if name.endswith("/") or not wanted(name):
                continue
            if self._left <= 0:
                return
            data = self._inflate(info, min(limit, self._left), is_lenient=is_lenient)
            self._left -= len(data)
            yield name, data

    def _inflate(self, info: zipfile.ZipInfo, limit: int, *, is_lenient: bool) -> bytes:
        try:
            with self._archive.open(info) as member:
                return member.read(limit)
        except _BROKEN:
            if is_lenient:
                return b""
            raise Unreadable("a part of it is damaged or encrypted") from None


def _name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if name.isascii() or info.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
