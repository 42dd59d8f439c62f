"""The session agent: a process that holds unlocked seeds and nothing else.

It is started afresh, so no key but what it is given was ever in its memory. It reads
no vault, writes no file and imports little. Seeds go from the socket to a locked page
and from the page to the socket; they never become objects of the language.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

from ledgervault.storage.agent_directory import SOCKET, exclusively, open_directory
from ledgervault.storage.agent_keeper import Held, Keeper, stamp_of
from ledgervault.storage.agent_protocol import (
    ASKING,
    COUNT,
    DONE,
    EVERYTHING,
    FORGET,
    FORGETTING,
    GIVE,
    HEAD,
    HELD,
    KEEP,
    KEEPING,
    MAGIC,
    PATH_BYTES,
    REFUSED,
    STATUS,
    Clock,
    peer_user,
    receive,
    receive_into,
    time_awake_or_not,
)
from ledgervault.storage.private_memory import SecretPage, forbid_dumps

FIRST_SEED_S = 10.0  # an agent that is given nothing does not stay
TICK_S = 2.0  # how late an end or a changed identity file may be noticed
PATIENCE_S = 2.0  # with one connection


class Agent:
    """Answers requests of one user."""

    def __init__(self, keeper: Keeper, clock: Clock, owner: int) -> None:
        self._keeper = keeper
        self._clock = clock
        self._owner = owner
        self._leaves_at = clock() + FIRST_SEED_S

    def is_needed(self) -> bool:
        """Say whether anything is held, or may still be brought."""
        now = self._clock()
        self._keeper.expire(now)
        return len(self._keeper) > 0 or now < self._leaves_at

    def answer(self, connection: socket.socket, patience_s: float = PATIENCE_S) -> None:
        """Answer one request; drop what is none, or comes from another user."""
        if peer_user(connection) != self._owner:
            return
        until = time.monotonic() + patience_s
        with contextlib.suppress(OSError, EOFError, ValueError):
            magic, wanted = HEAD.unpack(receive(connection, HEAD.size, until))
            act = _ACTS.get(wanted)
            if magic == MAGIC and act is not None:
                act(self, connection, until)

    def _keep(self, connection: socket.socket, until: float) -> None:
        raw = receive(connection, KEEPING.size, until)
        identity, digest, lasts_s, idle_s, size = KEEPING.unpack(raw)
        if size > PATH_BYTES or identity == EVERYTHING:
            return
        path = receive(connection, size, until)
        place = self._keeper.place()
        try:
            receive_into(connection, place, until)
        except BaseException:
            self._keeper.give_back(place)
            raise
        held = Held(identity, digest, path, stamp_of(path), place, idle_s=idle_s)
        is_kept = self._keeper.keep(self._clock(), held, lasts_s)
        self._leaves_at = 0.0
        connection.sendall(DONE if is_kept else REFUSED)

    def _give(self, connection: socket.socket, until: float) -> None:
        identity, digest = ASKING.unpack(receive(connection, ASKING.size, until))
        seed = self._keeper.find(self._clock(), identity, digest)
        if seed is None:
            connection.sendall(REFUSED)
        else:
            connection.sendall(DONE)
            connection.sendall(seed)

    def _forget(self, connection: socket.socket, until: float) -> None:
        (identity,) = FORGETTING.unpack(receive(connection, FORGETTING.size, until))
        if identity == EVERYTHING:
            count = self._keeper.forget_all()
        else:
            count = self._keeper.forget(identity)
        connection.sendall(COUNT.pack(os.getpid(), count))

    def _status(self, connection: socket.socket, until: float) -> None:
        del until
        rows = list(self._keeper.remaining(self._clock()))
        head = COUNT.pack(os.getpid(), len(rows))
        connection.sendall(head + b"".join(HELD.pack(*row) for row in rows))


_ACTS = {
    KEEP: Agent._keep,  # noqa: SLF001 - the table of this class's own acts
    GIVE: Agent._give,  # noqa: SLF001 - same
    FORGET: Agent._forget,  # noqa: SLF001 - same
    STATUS: Agent._status,  # noqa: SLF001 - same
}


def main() -> NoReturn:
    """Run as the agent: descriptor 0 listens, the last argument is its directory."""
    os.umask(0o077)
    forbid_dumps()
    # A second fork: what started the agent need not wait for it, nor it for a terminal.
    if os.fork():
        os._exit(0)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    os.chdir("/")
    directory = sys.argv[-1]
    with socket.socket(fileno=os.dup(0)) as listener:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        bound = _identity_of(directory)
        keeper = Keeper(SecretPage())
        try:
            _serve(listener, Agent(keeper, time_awake_or_not, os.getuid()))
        finally:
            keeper.forget_all()
            listener.close()
            _remove_socket(directory, bound)
    raise SystemExit(0)


def _serve(listener: socket.socket, agent: Agent) -> None:
    while agent.is_needed():
        ready, _, _ = select.select([listener], [], [], TICK_S)
        if not ready:
            continue
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                agent.answer(connection)


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _identity_of(directory: str) -> tuple[int, int] | None:
    with contextlib.suppress(OSError):
        status = (Path(directory) / SOCKET).lstat()
        return status.st_dev, status.st_ino
    return None


def _remove_socket(directory: str, bound: tuple[int, int] | None) -> None:
    # Where a new agent is being started the name is its own already.
    with contextlib.suppress(OSError):
        descriptor = open_directory(directory)
        try:
            with exclusively(descriptor, wait=False):
                if bound is not None and _identity_of(directory) == bound:
                    os.unlink(SOCKET, dir_fd=descriptor)
        finally:
            os.close(descriptor)
