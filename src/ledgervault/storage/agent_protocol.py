"""What the session agent is told, in frames of bounded length.

One connection carries one request and one answer. A request is the magic, a byte
that says what is wanted, and fields of fixed size; only the path of an identity file
has a length of its own. Whatever else arrives is dropped without an answer.
"""

import socket
import struct
import time
from collections.abc import Callable

MAGIC = b"LVAGENT1"
HEAD = struct.Struct(">8sc")
KEEP, GIVE, FORGET, STATUS = b"k", b"g", b"f", b"s"
KEEPING = struct.Struct(">16s32sIIH")  # identity, digest of its file, end, idle, path
ASKING = struct.Struct(">16s32s")  # identity, digest of its file
FORGETTING = struct.Struct(">16s")  # identity; zeros mean all of them
EVERYTHING = bytes(16)
COUNT = struct.Struct(">IB")  # process, how many are held
HELD = struct.Struct(">16sII")  # identity, seconds to the end, seconds until idle
DONE, REFUSED = b"\1", b"\0"
PATH_BYTES = 4096


def receive(connection: socket.socket, size: int, until: float) -> bytes:
    """Receive exactly `size` bytes; EOFError or TimeoutError otherwise."""
    room = bytearray(size)
    receive_into(connection, memoryview(room), until)
    return bytes(room)


def receive_into(connection: socket.socket, place: memoryview, until: float) -> None:
    """Fill a place from a connection before a monotonic time."""
    while place:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        count = connection.recv_into(place)
        if not count:
            raise EOFError
        place = place[count:]


def peer_user(connection: socket.socket) -> int | None:
    """Return the user id behind a connection; None where the system cannot tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = struct.Struct("3i")
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
    return int(credentials.unpack(raw)[1])


Clock = Callable[[], float]


def time_awake_or_not() -> float:
    """Return seconds since the start of the machine; sleep counts."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
