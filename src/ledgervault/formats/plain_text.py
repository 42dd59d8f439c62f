"""Text files in the encodings that offices use."""

TEXT_BYTES = 16 << 10  # read for words; identifiers are looked for in all of it


def plain_text(content: bytes) -> tuple[str, bytes]:
    """Return the words at the head of a text file, and its bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
        return text[:TEXT_BYTES], text.encode("utf-8", "replace")
    return decode_text(content), content


def decode_text(content: bytes) -> str:
    """Decode UTF-8, UTF-16 or GB 18030; what is none becomes visible escapes."""
    head = content[:TEXT_BYTES]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A character cut off at the end of the head is no other encoding.
        if error.start >= len(head) - 4 and len(head) == TEXT_BYTES:
            return head.decode("utf-8-sig", "ignore")
    return head.decode("gb18030", "replace")
