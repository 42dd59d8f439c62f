"""Memory that leaves no trace: no core dump, no debugger, no swapped page.

Each measure is best effort, since systems differ in what they allow a user.
"""

import contextlib
import ctypes
import mmap
import resource

SECRET_BYTES = 32
_PR_SET_DUMPABLE = 4


def forbid_dumps() -> None:
    """Forbid core dumps of this process, and debuggers of the same user."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A core that is piped to a collector ignores that limit; this it obeys.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class SecretPage:
    """One page of memory, kept out of swap and dumps, cut into places of 32 bytes."""

    def __init__(self) -> None:
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._page = mmap.mmap(-1, mmap.PAGESIZE, flags=flags)
        self.is_locked = _lock(self._page)
        with contextlib.suppress(OSError, AttributeError):
            self._page.madvise(mmap.MADV_DONTDUMP)
        whole = memoryview(self._page)
        starts = range(0, mmap.PAGESIZE, SECRET_BYTES)
        self._free = [whole[start : start + SECRET_BYTES] for start in starts]

    def take(self) -> memoryview:
        """Return a place that nothing else uses."""
        return self._free.pop()

    def wipe(self, place: memoryview) -> None:
        """Overwrite a place and take it back."""
        place[:] = bytes(SECRET_BYTES)
        self._free.append(place)


def _lock(page: mmap.mmap) -> bool:
    try:
        start = ctypes.addressof(ctypes.c_char.from_buffer(page))
        done = ctypes.CDLL(None).mlock(
            ctypes.c_void_p(start), ctypes.c_size_t(len(page))
        )
    except (OSError, AttributeError):
        return False
    return bool(done == 0)
