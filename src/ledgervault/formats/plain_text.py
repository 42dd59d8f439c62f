"""Text files in the encodings that offices use."""

TEXT_BYTES = 256 << 10


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
