"""Have papers read in a process of their own, which may die of them.

A paper that kills its reader, or takes too long, costs its own text and nothing
else: the reader is started again for the next one.
"""

import base64
import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
import weakref
from typing import Any

from ledgervault.formats.confined import (
    ANSWER,
    OCR_CPU_SECONDS,
    OCR_MEMORY_BYTES,
    PDF,
    PICTURE,
    REQUEST,
    SCAN,
    WORKBOOK,
)

DEADLINE_S = 8.0
OCR_DEADLINE_S = 40.0
ANSWER_BYTES = 64 << 20
PAPERS = 2000  # of one reader, so that what a parser leaks stays small
TOO_LONG = "reading it takes too long"
ENDED = "its content ended the reader"
NO_READER = "no reader could be started"
PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from ledgervault.formats.confined import serve; serve()"
)
OCR_PROGRAM = PROGRAM.replace(
    "serve()", f"serve(memory_bytes={OCR_MEMORY_BYTES}, cpu_seconds={OCR_CPU_SECONDS})"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Confined:
    """What the other process found: pages' texts, files inside, what went wrong."""

    texts: tuple[str, ...] = ()
    pages: int = 0
    files: tuple[tuple[str, bytes], ...] = ()
    problem: str = ""


class ConfinedReader:
    """One reading process, started with the first paper and after every loss."""

    def __init__(
        self, *, deadline_s: float = DEADLINE_S, program: str = PROGRAM
    ) -> None:
        self._deadline_s = deadline_s
        self._program = program
        self._line: _Line | None = None

    def read_pdf(self, content: bytes, *, within_s: float | None = None) -> Confined:
        """Read a PDF; never raises. `within_s` shortens the time it may take."""
        return self._ask(PDF, content, within_s)

    def read_workbook(
        self, content: bytes, *, within_s: float | None = None
    ) -> Confined:
        """Read the sheets of a workbook in binary; never raises."""
        return self._ask(WORKBOOK, content, within_s)

    def read_picture(self, content: bytes) -> Confined:
        """Read the words of a picture; never raises."""
        return self._ask(PICTURE, content, None)

    def read_scan(self, content: bytes) -> Confined:
        """Read the words of a PDF whose pages are pictures; never raises."""
        return self._ask(SCAN, content, None)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, kind: bytes, content: bytes, within_s: float | None) -> Confined:
        allowed = min(within_s or self._deadline_s, self._deadline_s)
        try:
            answer = self._ready().ask(kind, content, allowed)
        except TimeoutError:
            self.close()
            return Confined(problem=TOO_LONG)
        except (OSError, EOFError):
            is_started = self._line is not None
            self.close()
            return Confined(problem=ENDED if is_started else NO_READER)
        return _parse(answer)

    def _ready(self) -> "_Line":
        line = self._line
        if line is not None and line.is_usable:
            return line
        self.close()
        self._line = _Line(self._program)
        return self._line


def picture_reader() -> ConfinedReader:
    """Make a reader of pictures: more memory and time, in a process of its own."""
    return ConfinedReader(deadline_s=OCR_DEADLINE_S, program=OCR_PROGRAM)


class _Line:
    """A running reader and the socket to it."""

    def __init__(self, program: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _start(program, theirs)
        self._socket = ours
        self._owner = os.getpid()
        self._asked = 0
        self._end = weakref.finalize(self, _end, self._process, ours)

    @property
    def is_usable(self) -> bool:
        """Say whether this reader may take another paper, from this process."""
        return self._owner == os.getpid() and self._asked < PAPERS

    def ask(self, kind: bytes, content: bytes, allowed_s: float) -> bytes:
        """Send one paper and return the answer; TimeoutError, OSError, EOFError."""
        self._asked += 1
        until = time.monotonic() + allowed_s
        self._socket.settimeout(allowed_s)
        self._socket.sendall(REQUEST.pack(kind, len(content)))
        self._socket.sendall(content)
        (size,) = ANSWER.unpack(self._receive(ANSWER.size, until))
        if size > ANSWER_BYTES:
            raise EOFError
        return self._receive(size, until)

    def close(self) -> None:
        """End the process, unless another process owns it."""
        if self._owner == os.getpid():
            self._end()
        else:
            # A copy made by a fork: the process is not ours to end or to wait for.
            self._end.detach()
            self._process.returncode = 0
            self._socket.close()

    def _receive(self, size: int, until: float) -> bytes:
        received = bytearray()
        while len(received) < size:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            piece = self._socket.recv(min(size - len(received), 1 << 20))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)


def _start(program: str, theirs: socket.socket) -> "subprocess.Popen[bytes]":
    # Not forked: a fork would hold every key that this process has opened.
    return subprocess.Popen(  # noqa: S603 - this interpreter and our own program
        [sys.executable, "-I", "-S", "-B", "-c", program, *sys.path],
        stdin=theirs.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PATH": os.defpath},
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]", ours: socket.socket) -> None:
    ours.close()
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()


def _parse(answer: bytes) -> Confined:
    try:
        found: dict[str, Any] = json.loads(answer)
        return Confined(
            texts=tuple(str(text) for text in found.get("texts", ())),
            pages=int(found.get("pages", 0)),
            files=tuple(
                (str(name), base64.b64decode(data))
                for name, data in found.get("files", ())
            ),
            problem=str(found.get("problem", "")),
        )
    except (ValueError, TypeError, AttributeError):
        return Confined(problem=ENDED)
