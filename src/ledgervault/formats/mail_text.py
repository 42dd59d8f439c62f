"""Mail: headers, text parts and the names of what is attached."""

import email
import email.policy
from email.message import EmailMessage, Message

from ledgervault.formats.plain_text import decode_text

MAIL_BYTES = 1 << 20
MAX_PARTS = 50
TEXT_CHARACTERS = 64 << 10
_HEADERS = ("Subject", "From", "To", "Date")


def mail_text(content: bytes) -> tuple[str, bytes]:
    """Return what a mail says; a mail that breaks the parser is read as text."""
    try:
        message = email.message_from_bytes(
            content[:MAIL_BYTES], policy=email.policy.compat32
        )
        lines = [f"{name}: {_header(message, name)}" for name in _HEADERS]
        lines += _parts(message)
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        IndexError,
        RecursionError,
    ):
        return decode_text(content), content
    text = "\n".join(lines)[:TEXT_CHARACTERS]
    return text, text.encode("utf-8", "replace")


def _header(message: Message | EmailMessage, name: str) -> str:
    from email.header import decode_header, make_header

    raw = str(message.get(name, ""))
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        return raw


def _parts(message: Message | EmailMessage) -> list[str]:
    found = []
    for part in list(message.walk())[:MAX_PARTS]:
        name = part.get_filename()
        if name:
            found.append(str(name))
        elif part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                found.append(decode_text(payload))
    return found
