"""The client of the session agent: keep a seed, ask for it, forget it.

Every failure to ask is an agent that holds nothing, so the passphrase is asked for as
ever. Keeping is different: a seed goes to a directory of the user's own or nowhere.
"""

import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ledgervault.errors import NotAuthorised, StorageUnavailable
from ledgervault.storage import agent_protocol as wire
from ledgervault.storage.agent_directory import (
    SOCKET,
    exclusively,
    find_directory,
    make_directory,
    open_directory,
    socket_address,
)
from ledgervault.storage.os_errors import shown_path
from ledgervault.storage.private_memory import SECRET_BYTES

PATIENCE_S = 5.0
PRIVATE_FILE = 0o600
_BACKLOG = 16
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from ledgervault.storage.agent_server import main; main()"
)


Answer = TypeVar("Answer")


@dataclasses.dataclass(frozen=True, slots=True)
class Keeping:
    """An unlocked identity on its way to the agent."""

    identity: bytes
    digest: bytes
    path: str
    seed: bytes = dataclasses.field(repr=False)
    lasts_s: int
    idle_s: int


@dataclasses.dataclass(frozen=True, slots=True)
class Remaining:
    """An identity the agent holds, and for how long."""

    identity: bytes
    ends_in_s: int
    idle_in_s: int


@dataclasses.dataclass(frozen=True, slots=True)
class AgentStatus:
    """A running agent."""

    process: int
    held: tuple[Remaining, ...]


class SessionAgent:
    """The agent of the user who runs this process."""

    def __init__(self, config_dir: Path) -> None:
        self._directory = find_directory(config_dir, os.environ)

    def find_seed(self, identity: bytes, digest: bytes) -> bytes | None:
        """Return the seed of an unlocked identity; None if it is not unlocked."""
        return self._ask(wire.GIVE + wire.ASKING.pack(identity, digest), _seed)

    def status(self) -> AgentStatus | None:
        """Return what the agent holds; None if none runs."""
        return self._ask(wire.STATUS, _status)

    def forget(self, identity: bytes | None = None) -> int:
        """Forget one identity or all; return how many were held."""
        request = wire.FORGET + wire.FORGETTING.pack(identity or wire.EVERYTHING)
        return self._ask(request, _forgotten) or 0

    def keep(self, keeping: Keeping) -> None:
        """Hand a seed to the agent; start one if none runs.

        Raises NotAuthorised `agent.directory` where others could reach it.
        """
        try:
            make_directory(self._directory)
            with self._opened() as descriptor, exclusively(descriptor, wait=True):
                line = self._connected(descriptor) or self._started(descriptor)
                with contextlib.closing(line):
                    line.send(_frame(keeping))
                    is_kept = line.receive(1) == wire.DONE
        except PermissionError as error:
            raise _open_to_others(self._directory) from error
        except (OSError, EOFError) as error:
            raise _no_agent() from error
        if not is_kept:
            raise _no_agent()

    def _ask(self, request: bytes, read: Callable[["_Line"], Answer]) -> Answer | None:
        # Whatever goes wrong here means only that nothing is unlocked.
        with contextlib.suppress(OSError, EOFError), self._opened() as descriptor:
            line = self._connected(descriptor)
            if line is not None:
                with contextlib.closing(line):
                    line.send(request)
                    return read(line)
        return None

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        descriptor = open_directory(self._directory)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _connected(self, descriptor: int) -> "_Line | None":
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(socket_address(descriptor, self._directory))
            is_ours = wire.peer_user(connection) == os.geteuid()
        except (FileNotFoundError, ConnectionRefusedError):
            is_ours = False
        except BaseException:
            connection.close()
            raise
        if is_ours:
            return _Line(connection)
        connection.close()
        return None

    def _started(self, descriptor: int) -> "_Line":
        with contextlib.suppress(FileNotFoundError):
            os.unlink(SOCKET, dir_fd=descriptor)  # of an agent that was killed
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(socket_address(descriptor, self._directory))
            os.chmod(SOCKET, PRIVATE_FILE, dir_fd=descriptor)
            listener.listen(_BACKLOG)
            _start(listener, self._directory)
        line = self._connected(descriptor)
        if line is None:
            raise EOFError
        return line


class _Line:
    """A connection to the agent, with a deadline for everything on it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._until = time.monotonic() + PATIENCE_S

    def send(self, request: bytes) -> None:
        self._connection.settimeout(PATIENCE_S)
        self._connection.sendall(wire.MAGIC + request)

    def receive(self, size: int) -> bytes:
        return wire.receive(self._connection, size, self._until)

    def close(self) -> None:
        self._connection.close()


def _frame(keeping: Keeping) -> bytes:
    path = os.fsencode(keeping.path)
    times = (keeping.lasts_s, keeping.idle_s)
    head = wire.KEEPING.pack(keeping.identity, keeping.digest, *times, len(path))
    return wire.KEEP + head + path + keeping.seed


def _seed(line: _Line) -> bytes | None:
    is_held = line.receive(1) == wire.DONE
    return line.receive(SECRET_BYTES) if is_held else None


def _status(line: _Line) -> AgentStatus:
    process, count = wire.COUNT.unpack(line.receive(wire.COUNT.size))
    rows = [wire.HELD.unpack(line.receive(wire.HELD.size)) for _ in range(count)]
    return AgentStatus(process, tuple(Remaining(*row) for row in rows))


def _forgotten(line: _Line) -> int:
    _process, count = wire.COUNT.unpack(line.receive(wire.COUNT.size))
    return int(count)


def _start(listener: socket.socket, directory: str) -> None:
    package = Path(__file__).resolve().parents[2]
    # Not forked: a fork would hold the passphrase and all that was derived from it.
    process = subprocess.Popen(  # noqa: S603 - this interpreter and our own program
        [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, str(package), directory],
        stdin=listener.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PATH": os.defpath},
        start_new_session=True,
    )
    process.wait()  # for the first of its two forks only


def _open_to_others(directory: str) -> NotAuthorised:
    shown = shown_path(directory)
    return NotAuthorised(
        f"{shown} is not yours alone, so nothing is kept there",
        hint=f"make it yours alone: chmod 700 {shown}",
        code="agent.directory",
    )


def _no_agent() -> StorageUnavailable:
    return StorageUnavailable(
        "no session agent could be reached, so nothing stays unlocked",
        hint="run it again, or give the passphrase to each command",
        code="agent.unreachable",
    )
