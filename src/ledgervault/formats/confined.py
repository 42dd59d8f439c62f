"""The process that runs native parsers over strangers' files.

It is a program of its own, started afresh, so it holds no key and no other
paper; it can write no file and has little time and memory. It answers in JSON,
which the other side can read safely whatever became of this one.

A request is one byte of kind, eight of length, the content. An answer is four
bytes of length and a JSON object.
"""

import base64
import contextlib
import ctypes
import json
import resource
import socket
import struct
from collections.abc import Callable
from typing import Any

REQUEST = struct.Struct(">cQ")
ANSWER = struct.Struct(">I")
PDF, WORKBOOK, PICTURE, SCAN = b"p", b"w", b"i", b"s"
MEMORY_BYTES = 448 << 20
OCR_MEMORY_BYTES = 4 << 30  # of addresses; an engine and its models touch 0.8 GiB
CPU_SECONDS = 6  # for one paper
OCR_CPU_SECONDS = 30
OPEN_FILES = 64  # fonts of the system are looked at
_PR_SET_DUMPABLE = 4
UNREADABLE = "its content breaks the reader"


def serve(
    descriptor: int = 0,
    *,
    memory_bytes: int = MEMORY_BYTES,
    cpu_seconds: int | None = None,
) -> None:
    """Answer requests on a socket until the other side closes it."""
    _confine(memory_bytes)
    with socket.socket(fileno=descriptor) as asked:
        while head := _receive(asked, REQUEST.size):
            kind, size = REQUEST.unpack(head)
            _allow_time(cpu_seconds or CPU_SECONDS)
            answer = json.dumps(_answer(kind, _receive(asked, size))).encode()
            asked.sendall(ANSWER.pack(len(answer)) + answer)


def _confine(memory_bytes: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(kind, (limit, limit))
    # A core that is piped to a collector ignores its limit; papers are in here.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _allow_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def _receive(asked: socket.socket, size: int) -> bytearray:
    content = bytearray()
    while len(content) < size:
        piece = asked.recv(min(size - len(content), 1 << 20))
        if not piece:
            raise SystemExit(0)
        content += piece
    return content


def _answer(kind: bytes, content: bytearray) -> dict[str, Any]:
    try:
        return _READERS[kind](bytes(content))
    except MemoryError:
        return {"problem": "reading it takes too much memory"}
    except Exception:  # noqa: BLE001 - whatever a parser raises is about this paper
        return {"problem": UNREADABLE}


def _pdf(content: bytes) -> dict[str, Any]:
    from ledgervault.formats.pdf_text import read_pdf

    read = read_pdf(content)
    files = [(name, base64.b64encode(data).decode()) for name, data in read.files]
    return {
        "texts": read.texts,
        "pages": read.pages,
        "files": files,
        "problem": read.problem,
    }


def _workbook(content: bytes) -> dict[str, Any]:
    from ledgervault.formats.old_workbooks import read_old_workbook

    texts, problem = read_old_workbook(content)
    return {"texts": texts, "problem": problem}


def _picture(content: bytes) -> dict[str, Any]:
    from ledgervault.formats.picture_text import read_picture

    return {"texts": ["\n".join(read_picture(content))], "pages": 1}


def _scan(content: bytes) -> dict[str, Any]:
    from ledgervault.formats.picture_text import read_scan

    texts = read_scan(content)
    return {"texts": texts, "pages": len(texts)}


_READERS: dict[bytes, Callable[[bytes], dict[str, Any]]] = {
    PDF: _pdf,
    WORKBOOK: _workbook,
    PICTURE: _picture,
    SCAN: _scan,
}
