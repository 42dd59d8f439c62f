"""Mail: headers, text parts, and what is attached as papers of their own."""

import email
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from typing import TYPE_CHECKING, Any

from ledgervault.formats.extracts import Extract, Part
from ledgervault.formats.plain_text import decode_text, read_plain, without_tags

MAIL_BYTES = 24 << 20
MAX_PARTS = 100
MAX_LINES = 400_000
TEXT_CHARACTERS = 64 << 10
HEADER_CHARACTERS = 4000
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_BROKEN = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
    MessageError,
    AssertionError,
)

if TYPE_CHECKING:
    AnyMessage = Message[Any, Any]


def read_mail(content: bytes) -> Extract:
    """Read a mail; one that breaks the parser is read as text."""
    kept = content[:MAIL_BYTES]
    if kept.count(b"\n") > MAX_LINES:
        return read_plain(content)
    try:
        message = email.message_from_bytes(kept, policy=_ShortHeaders())
        lines = [f"{name}: {_header(message.get(name))}" for name in _HEADERS]
        texts, parts = _contents(message)
    except _BROKEN:
        return read_plain(content)
    text = "\n".join((*lines, *texts))[:TEXT_CHARACTERS]
    return Extract(text, text.encode("utf-8", "replace"), parts=parts)


class _ShortHeaders(Compat32):
    """Cuts endless headers before their parameters are looked at, one by one."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_CHARACTERS]


def _header(value: object) -> str:
    raw = "" if value is None else str(value)[:HEADER_CHARACTERS]
    try:
        return str(make_header(decode_header(raw)))
    except (*_BROKEN, UnicodeError):
        return raw


def _contents(message: "AnyMessage") -> tuple[list[str], list[Part]]:
    texts: list[str] = []
    attached: list[Part] = []
    for part in _leaves(message):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        name = _header(part.get_filename())
        if name or part.get_content_maintype() != "text":
            attached.append((name or part.get_content_type(), content))
        elif part.get_content_subtype() == "html":
            texts.append(without_tags(decode_text(content)[:TEXT_CHARACTERS]))
        else:
            texts.append(decode_text(content))
    return texts, attached


def _leaves(message: "AnyMessage") -> "Iterator[AnyMessage]":
    # A mail in a mail is walked through: its parts count like the others.
    waiting = [message]
    seen = 0
    while waiting and seen < MAX_PARTS:
        seen += 1
        part = waiting.pop()
        inside = part.get_payload()
        if isinstance(inside, list):
            waiting.extend(
                reversed([one for one in inside if isinstance(one, Message)])
            )
        else:
            yield part
