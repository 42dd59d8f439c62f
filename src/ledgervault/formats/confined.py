"""The process that runs native parsers over strangers' files.

It is a program of its own, started afresh, so it holds no key and no other
paper; it can write no file and has little time and memory. It answers in JSON,
which the other side can read safely whatever became of this one.

A request is one byte of kind, eight of length, the content. An answer is four
bytes of length and a JSON object.
"""

import base64
import json
import resource
import socket
import struct
from collections.abc import Callable
from typing import Any

REQUEST = struct.Struct(">cQ")
ANSWER = struct.Struct(">I")
PDF = b"p"
MEMORY_BYTES = 448 << 20
CPU_SECONDS = 6  # for one paper
OPEN_FILES = 64  # fonts of the system are looked at
UNREADABLE = "its content breaks the reader"


def serve(descriptor: int = 0) -> None:
    """Answer requests on a socket until the other side closes it."""
    _confine()
    with socket.socket(fileno=descriptor) as asked:
        while head := _receive(asked, REQUEST.size):
            kind, size = REQUEST.unpack(head)
            _allow_time()
            answer = json.dumps(_answer(kind, _receive(asked, size))).encode()
            asked.sendall(ANSWER.pack(len(answer)) + answer)


def _confine() -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(kind, (limit, limit))


def _allow_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, hard))


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


_READERS: dict[bytes, Callable[[bytes], dict[str, Any]]] = {PDF: _pdf}
