"""Untrusted text on its way to a terminal, a table, a file name. One place.

Control characters, bidirectional overrides and invisible characters are made
visible, never passed through.
"""

import unicodedata
from pathlib import PurePath

NAME_BYTES = 200
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff\uffa0"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
_UNSAFE = _INVISIBLE | frozenset('/\\:*?"<>|\0')


def printable(text: str, *, width: int | None = None) -> str:
    """Return text that cannot drive a terminal; cut to `width` columns if given."""
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        shown = text
    else:
        shown = "".join(_visible(char) for char in text)
    return shown if width is None else fit(shown, width)


def csv_cell(value: object) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    text = printable(str(value))
    if isinstance(value, str) and text.lstrip().startswith(_FORMULA):
        return f"'{text}"
    return text


def safe_file_name(name: str, *, fallback: str) -> str:
    """Return a name any file system takes, at most 200 bytes, suffix kept."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    bare = text.replace("\\", "/").rsplit("/", 1)[-1]
    if not (bare.isprintable() and _UNSAFE.isdisjoint(bare)):
        bare = "".join(_safe(char) for char in bare)
    clean = bare.strip(" ").rstrip(".")
    clean = clean.lstrip("-") or fallback
    if clean.strip(".") == "" or clean.split(".", 1)[0].casefold() in _RESERVED:
        clean = f"{fallback}-{clean.strip('.')}".rstrip("-")
    return _cut(clean)


def decode_name(raw: bytes) -> str:
    """Read a file name; bytes that are no UTF-8 become surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


def encode_name(name: str) -> bytes:
    """Write back exactly the bytes a name was read from."""
    return name.encode("utf-8", "surrogateescape")


def display_width(text: str) -> int:
    """Return the columns a text takes; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def fit(text: str, width: int) -> str:
    """Cut a text to `width` columns, with an ellipsis where something is lost."""
    if display_width(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += _columns(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text to `width` columns."""
    space = " " * max(0, width - display_width(text))
    return space + text if right else text + space


def _visible(char: str) -> str:
    if char.isprintable() and char not in _INVISIBLE:
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - surrogate escapes of os.fsdecode
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:  # noqa: PLR2004 - one byte
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _safe(char: str) -> str:
    return char if char.isprintable() and char not in _UNSAFE else "_"


def _cut(name: str) -> str:
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    suffix = suffix if len(suffix.encode()) < NAME_BYTES // 4 else ""
    room = NAME_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + suffix


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
