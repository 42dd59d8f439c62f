"""What a file is, by its content first and its name last."""

PDF = "application/pdf"
MIME_BY_MAGIC = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
OFD = "application/ofd"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ZIP = "application/zip"
XML = "application/xml"
HTML = "text/html"
MAIL = "message/rfc822"
CSV = "text/csv"
TEXT = "text/plain"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096
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


def sniff_mime(content: bytes, *, name: str) -> str:
    """Return a MIME type; ZIP families are told apart by their members' names."""
    if not content:
        return EMPTY
    for magic, mime in MIME_BY_MAGIC:
        if content.startswith(magic):
            return mime
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content)
    return _text_kind(content[:HEAD_BYTES], name)


def _zip_kind(content: bytes) -> str:
    # Member names stand uncompressed in local headers and the directory.
    tail = content[-65_536:]
    for marker, mime in (
        (b"OFD.xml", OFD),
        (b"xl/", XLSX),
        (b"word/", DOCX),
        (b"ppt/", PPTX),
    ):
        if marker in tail or marker in content[:HEAD_BYTES]:
            return mime
    return ZIP


def _text_kind(head: bytes, name: str) -> str:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = bare[:512].lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return HTML
    if bare.startswith(b"<?xml") or (bare.startswith(b"<") and b">" in bare):
        return XML
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
