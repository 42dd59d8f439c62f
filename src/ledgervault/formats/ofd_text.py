"""OFD (GB/T 33190): words of pages, custom data, tags, the invoice inside.

Pages and templates are XML in a zip. An e-invoice states itself up to four times:
attached in its original layout, by tags that point at words, by custom data, in
print; what comes first fills the rest.
"""

import re
from xml.parsers import expat

from ledgervault.domain.invoices import InvoiceFields, complete, parse_invoice
from ledgervault.formats.extracts import Extract, Part
from ledgervault.formats.folding import fold
from ledgervault.formats.invoice_text import invoice_in
from ledgervault.formats.invoice_xml import invoice_of
from ledgervault.formats.xml_text import Refused, XmlText, read_xml, strict_parser
from ledgervault.formats.zip_parts import ZipParts

PART_BYTES = 1 << 20
WORDS = 16 << 10
MAX_PARTS = 200
_TEMPLATE = re.compile(r"/(?:tpls?|templates?|temps?)/", re.IGNORECASE)
_SHOWN = re.compile(r"/(?:pages?|annots?)/|(?:^|/)content\.xml$", re.IGNORECASE)
_TAGS = re.compile(r"/tags/(?!customtags\.xml)[^/]+\.xml$", re.IGNORECASE)
_ATTACHED = re.compile(r"/(?:attachs?|attachments?|other)/", re.IGNORECASE)
_LIST = re.compile(r"(?:^|/)attachments\.xml$", re.IGNORECASE)
_PLACE = re.compile(rb"FileLoc>([^<>]{1,300})<")
_PAGE = re.compile(r"/pages/[^/]+/content\.xml$", re.IGNORECASE)
_CUSTOM = {
    "发票号码": "number",
    "发票代码": "code",
    "开票日期": "date",
    "合计金额": "amount",
    "合计税额": "tax",
    "价税合计": "total",
    "购买方名称": "buyer",
    "销售方名称": "seller",
    "购买方纳税人识别号": "buyer_id",
    "销售方纳税人识别号": "seller_id",
}


def read_ofd(content: bytes) -> Extract:
    """Read an OFD; raises Unreadable for a damaged zip."""
    parts = ZipParts(content)
    names = parts.names
    shown = _words(parts)
    said = fold("\n".join(text for text in shown.texts if text.strip()))
    attached = _attached(parts)
    original = _original(attached)
    custom = _custom_data(parts.read("OFD.xml", PART_BYTES))
    invoice = complete(
        invoice_of(original.root, original.values),
        _tagged(parts, shown.by_id),
        _by_custom_data(custom),
        invoice_in(said),
    )
    text = "\n".join((said, *custom.values()))
    return Extract(
        text[:WORDS],
        text.encode("utf-8", "replace"),
        parts=attached,
        pages=sum(bool(_PAGE.search(name)) for name in names),
        invoice=invoice,
        xml_root=original.root,
        xml_values=original.values,
        problem="" if said else "its pages hold no text",
    )


class _Shown:
    """Texts of text objects in their order, and by the number of the object."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.by_id: dict[str, str] = {}
        self._id = ""
        self._is_code = False

    def read(self, page: bytes) -> None:
        """Add a page; what a damaged one said before the damage stays."""
        parser = strict_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            parser.Parse(page, True)
        except (expat.ExpatError, Refused, LookupError, ValueError):
            self._is_code = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "TextObject":
            self._id = attributes.get("ID", "")
            self.texts.append("")
        self._is_code = local == "TextCode"

    def _end(self, name: str) -> None:
        self._is_code = False
        if name.endswith("TextObject") and self.texts:
            self.by_id.setdefault(self._id, self.texts[-1])

    def _data(self, data: str) -> None:
        if self._is_code and self.texts:
            self.texts[-1] += data.strip()


def _words(parts: ZipParts) -> _Shown:
    # A template holds the heading that its pages are printed over.
    shown = _Shown()
    for wanted in (_is_template, _is_shown):
        for at, (_name, page) in enumerate(parts.select(wanted, PART_BYTES)):
            if at >= MAX_PARTS:
                break
            shown.read(page)
    return shown


def _is_template(name: str) -> bool:
    return name.endswith(".xml") and bool(_TEMPLATE.search(name))


def _is_shown(name: str) -> bool:
    is_shown = name.endswith(".xml") and bool(_SHOWN.search(name))
    return is_shown and not _TEMPLATE.search(name)


def _is_tags(name: str) -> bool:
    return bool(_TAGS.search(name))


def _is_list(name: str) -> bool:
    return bool(_LIST.search(name))


def _attached(parts: ZipParts) -> list[Part]:
    """Return the files a document lists as attached, or keeps where they belong."""
    lists = b"".join(data for _n, data in parts.select(_is_list, PART_BYTES))
    listed = {
        place.decode("utf-8", "replace").rpartition("/")[2]
        for place in _PLACE.findall(lists)
    }

    def is_attached(name: str) -> bool:
        is_listed = name.rpartition("/")[2] in listed
        return (is_listed or bool(_ATTACHED.search(name))) and not _is_list(name)

    return [
        (name.rpartition("/")[2], data)
        for name, data in parts.select(is_attached, PART_BYTES)
    ]


def _original(attached: list[Part]) -> XmlText:
    for _name, data in attached:
        read = read_xml(data) if data.lstrip()[:1] == b"<" else XmlText("", "", {})
        if invoice_of(read.root, read.values):
            return read
    return XmlText("", "", {})


def _tagged(parts: ZipParts, by_id: dict[str, str]) -> InvoiceFields | None:
    values: dict[str, str] = {}
    for _name, tags in parts.select(_is_tags, PART_BYTES):
        for path, object_id in read_xml(tags).values.items():
            place = path.rpartition("/ObjectRef")[0]
            if place:
                values[place] = values.get(place, "") + by_id.get(object_id, "")
    return invoice_of("eInvoice", values)


def _custom_data(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    named: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        is_custom = name.rpartition(" ")[2] == "CustomData"
        named[:] = [attributes.get("Name", "")] if is_custom else []

    def data(text: str) -> None:
        if named and text.strip():
            found[named[0]] = found.get(named[0], "") + text.strip()

    parser = strict_parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, data
    try:
        parser.Parse(head, True)
    except (expat.ExpatError, Refused, LookupError, ValueError):
        return found
    return found


def _by_custom_data(custom: dict[str, str]) -> InvoiceFields | None:
    raw = {_CUSTOM[name]: text for name, text in custom.items() if name in _CUSTOM}
    return parse_invoice({**raw, "currency": "CNY"})
