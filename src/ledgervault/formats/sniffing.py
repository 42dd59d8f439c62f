"""What a file is, by its content first and its name last."""

import re

PDF = "application/pdf"
XLS, DOC, PPT = (
    "application/vnd.ms-excel",
    "application/msword",
    "application/vnd.ms-powerpoint",
)
MSG = "application/vnd.ms-outlook"
LOCKED = "application/x-encrypted-office"
OLE = "application/x-ole-storage"
RTF = "application/rtf"
OFD = "application/ofd"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODF = "application/vnd.oasis.opendocument"
ZIP = "application/zip"
XML = "application/xml"
HTML = "text/html"
MAIL = "message/rfc822"
CSV = "text/csv"
TEXT = "text/plain"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096
MIME_BY_MAGIC = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"{\\rtf", RTF),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", LOCKED),
    ("Workbook", XLS),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPT),
    ("__substg1.0_", MSG),
)
_PDF_WITHIN = 1024  # a reader accepts junk before the header (ISO 32000-1, annex H)
_DIRECTORY = 22  # bytes of the record that ends a zip, without its comment
_ZIP_HEAD_BYTES = 64 << 10
# A member's name follows its header in the directory, or before its data.
_HEADERS = ((b"PK\x01\x02", 46), (b"PK\x03\x04", 30))
_OFFICE_MEMBERS = (
    (b"OFD.xml", OFD),
    (b"xl/workbook.bin", XLSB),
    (b"xl/wor", XLSX),  # workbook.xml, worksheets/
    (b"word/document", DOCX),
    (b"ppt/presentation", PPTX),
)
_ODF_KIND = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]{4,20})")
_MAIL_FIELDS = (
    b"from:",
    b"to:",
    b"subject:",
    b"date:",
    b"received:",
    b"message-id:",
    b"mime-version:",
    b"return-path:",
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PRINTABLE_SHARE = 0.97
_WHY_UNREAD = {
    EMPTY: "it is empty",
    LOCKED: "it is encrypted and asks for a password",
    UNKNOWN: "its kind is not known",
    **dict.fromkeys((OLE, RTF), "files of this old office format are not read"),
}


def sniff_mime(content: bytes, *, name: str) -> str:
    """Return a MIME type; zips and OLE files are told apart by what lies in them."""
    if not content:
        return EMPTY
    for magic, mime in MIME_BY_MAGIC:
        if content.startswith(magic):
            return mime
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content)
    if content.startswith(_OLE_MAGIC):
        return _ole_kind(content)
    return _picture_kind(content) or _text_kind(content[:HEAD_BYTES], name)


def why_unread(mime: str) -> str:
    """Say why papers of a type are not read."""
    if mime.startswith("image/"):
        return "it is a picture"
    return _WHY_UNREAD.get(mime, "files of this kind are not read")


def _zip_kind(content: bytes) -> str:
    names = _directory_of(content)
    for member, mime in _OFFICE_MEMBERS:
        if _lists(names, member):
            return mime
    found = _ODF_KIND.search(content[:HEAD_BYTES])
    return f"{ODF}.{found.group(1).decode()}" if found else ZIP


def _directory_of(content: bytes) -> bytes:
    """Return a zip's directory; the head of a zip that has lost it."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + _DIRECTORY > len(content):
        return content[:_ZIP_HEAD_BYTES]
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return content[max(0, end - size) : end]


def _lists(names: bytes, member: bytes) -> bool:
    # The name begins so: neither `password/` nor a workbook inside a zip counts.
    at = names.find(member)
    while at >= 0:
        for signature, size in _HEADERS:
            start = at - size
            if start >= 0 and names.startswith(signature, start):
                return True
        at = names.find(member, at + 1)
    return False


def _ole_kind(content: bytes) -> str:
    for stream, mime in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return mime
    return OLE


def _picture_kind(content: bytes) -> str:
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        is_picture = content[8:11] in (b"hei", b"mif", b"avi")
        return "image/heic" if is_picture else "video/mp4"
    # Two letters could begin a text; the header's size tells a bitmap.
    if content.startswith(b"BM") and content[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return PDF if b"%PDF-" in content[:_PDF_WITHIN] else ""


def _text_kind(head: bytes, name: str) -> str:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = bare[:512].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table")):
        return HTML
    if bare.startswith(b"<?xml") or (bare.startswith(b"<") and b">" in bare):
        return HTML if b"<html" in lowered else XML
    if head.startswith(_UTF16):
        return XML if b"<\0?\0x\0m\0l" in head[:32] else TEXT
    if _is_mail(bare):
        return MAIL
    if not _is_text(head):
        return UNKNOWN
    return CSV if _is_csv(bare, name) else TEXT


def _is_mail(bare: bytes) -> bool:
    lines = bare[:2048].lower().splitlines()[:12]
    return sum(line.startswith(_MAIL_FIELDS) for line in lines) >= 2  # noqa: PLR2004 - one could be prose


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    control = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\f")
    return control <= len(head) * (1 - _PRINTABLE_SHARE)


def _is_csv(bare: bytes, name: str) -> bool:
    first, _newline, rest = bare.partition(b"\n")
    commas = first.count(b",")
    second = rest.partition(b"\n")[0]
    looks = commas >= 2 and abs(second.count(b",") - commas) <= 1  # noqa: PLR2004
    return looks or name.casefold().endswith(".csv")
