"""The heading of a paper: short lines at its top, which say what it is.

Sentences mention many kinds of paper; a title names one. Letters that were spaced
out to look grand are joined again.
"""

import re

HEAD_CHARACTERS = 1500
LINE_CHARACTERS = 40
LINES = 24
_CJK = r"[\u3400-\u9fff]"
_SPACED = re.compile(rf"(?<!\S){_CJK}(?:[ \t\u3000]+{_CJK})+(?!\S)")
_BLANKS = re.compile(r"[ \t\u3000]+")
# Cells of a row and columns of a line stand for themselves.
_BREAKS = ("\r", "\t", ",", ";", "|", "\u3000", "  ")
_SENTENCE = frozenset("，。；、！？")


def heading_of(text: str) -> str:
    """Return the short lines at the top of a text, at most 24 of 40 characters."""
    head = text[:HEAD_CHARACTERS]
    if not head.isascii():
        head = _SPACED.sub(_joined, head)
    for mark in _BREAKS:
        head = head.replace(mark, "\n")
    lines: list[str] = []
    for piece in head.split("\n"):
        line = piece.strip()
        if line and len(line) <= LINE_CHARACTERS and _SENTENCE.isdisjoint(line):
            lines.append(line)
            if len(lines) == LINES:
                break
    return "\n".join(lines)


def _joined(match: re.Match[str]) -> str:
    return _BLANKS.sub("", match.group())
