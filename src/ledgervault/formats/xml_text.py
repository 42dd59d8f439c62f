"""XML without entities: element texts by path, bounded in size and depth."""

import dataclasses
import re
from typing import NoReturn
from xml.parsers import expat

from ledgervault.formats.invoice_xml import CII_ROOTS, LATE_NAMES, is_invoice_root

TEXT_CHARACTERS = 2 << 10
LATE_CHARACTERS = 256 << 10  # of invoices that name their parties after their items
KEPT_ALIKE = 2  # values of one path
LATE_BYTES = 40
LATE_TAIL = 16 << 10
MAX_PATHS = 400
_CHINESE = re.compile(
    rb"\s*<\?xml[^>]{1,80}encoding\s*=\s*[\"'](?:gb[k0-9]{1,6}|gb_2312-80)[\"']",
    re.IGNORECASE,
)
MAX_DEPTH = 64
FED_BYTES = 64 << 10
MAX_BYTES = 8 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class XmlText:
    """What was read of an XML file."""

    root: str
    text: str
    values: dict[str, str]
    problem: str = ""


class _Enough(Exception):
    """The budget is used up; what was read stands."""


class Refused(Exception):
    """Something that an honest paper does not need."""


def as_utf8(content: bytes) -> bytes:
    """Return XML in UTF-8 where it is in an encoding that the parser lacks."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif _CHINESE.match(content):
        encoding = "gb18030"
    else:
        return content
    return b"\xef\xbb\xbf" + content.decode(encoding, "replace").encode(
        "utf-8", "replace"
    )


def strict_parser(encoding: str | None = None) -> expat.XMLParserType:
    """Make a parser that refuses entities; names come as `namespace name`."""
    parser = expat.ParserCreate(encoding, namespace_separator=" ")
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    parser.ExternalEntityRefHandler = _refuse_entity
    return parser


def read_xml(content: bytes) -> XmlText:
    """Read root, texts and the first text of each element path; never raises."""
    reader = _Reader()
    problem = ""
    try:
        content = as_utf8(content[:MAX_BYTES])
        reader.feed(content)
    except _Enough:
        if is_invoice_root(reader.root):
            reader.values |= _late_values(content, reader)
    except Refused as error:
        problem = str(error)
    except (expat.ExpatError, LookupError, ValueError):
        problem = "it is not well-formed XML"
    return XmlText(reader.root, "\n".join(reader.texts), reader.values, problem)


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.texts: list[str] = []
        self.values: dict[str, str] = {}
        self._path: list[str] = []  # each with all that it lies in
        self._seen: dict[str, int] = {}
        self._size = 0
        self._limit = TEXT_CHARACTERS
        self._pending: list[str] = []

    def feed(self, content: bytes) -> None:
        # What was decoded still names the encoding that it had.
        is_decoded = content.startswith(b"\xef\xbb\xbf")
        parser = strict_parser("utf-8" if is_decoded else None)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        for start in range(0, len(content), FED_BYTES):
            parser.Parse(content[start : start + FED_BYTES], False)
        parser.Parse(b"", True)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._flush()
        if not self._path:
            self.root = local
            self._limit = LATE_CHARACTERS if local in CII_ROOTS else TEXT_CHARACTERS
        self._path.append(f"{self._path[-1] if self._path else ''}/{local}")
        if len(self._path) > MAX_DEPTH:
            raise Refused("its elements are nested too deep")

    def _end(self, _name: str) -> None:
        self._flush()
        self._path.pop()

    def _data(self, data: str) -> None:
        self._pending.append(data)

    def _flush(self) -> None:
        if not self._pending:
            return
        value = "".join(self._pending).strip()
        self._pending.clear()
        if not value:
            return
        path = self._path[-1]
        seen = self._seen.get(path, 0)
        if seen < KEPT_ALIKE and len(self.values) < MAX_PATHS:
            self._seen[path] = seen + 1
            self.values[f"{path}[2]" if seen else path] = value[:1000]
        if self._size <= TEXT_CHARACTERS:
            self.texts.append(value)
        self._size += len(value)
        if self._size > self._limit:
            raise _Enough


def _late_values(content: bytes, reader: _Reader) -> dict[str, str]:
    """Return what an invoice says after its many items, without reading those."""
    found = {}
    content = content[-LATE_TAIL:]
    for name in LATE_NAMES:
        closing = content.rfind(name.encode() + b">")
        if closing < 0:
            continue
        opened = content.rfind(b">", 0, closing)
        value = content[opened + 1 : closing].partition(b"<")[0].strip()
        if 0 < len(value) <= LATE_BYTES:
            text = value.decode("utf-8", "replace")
            found[f"/{reader.root}/late/{name}"] = text
    return found


def _refuse_entity(*_arguments: object) -> NoReturn:
    raise Refused("it declares entities, which no paper needs")
