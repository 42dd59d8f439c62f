"""What the session agent holds, and until when.

Values in, values out: the time is an argument. A seed is forgotten at its end, when
nobody asked for it long enough, and when its identity file is not the one it was.
"""

import contextlib
import dataclasses
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ledgervault.storage.private_memory import SecretPage

MOST_HELD = 32
Stamp = tuple[int, ...]


@dataclasses.dataclass(slots=True)
class Held:
    """One unlocked identity; `seed` is a place in locked memory."""

    identity: bytes
    digest: bytes
    path: bytes
    stamp: Stamp | None
    seed: memoryview = dataclasses.field(repr=False)
    ends_at: float = 0.0
    idle_s: int = 0
    idle_at: float = 0.0


class Keeper:
    """The seeds of one user's identities."""

    def __init__(self, page: SecretPage) -> None:
        self._page = page
        self._held: dict[bytes, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def place(self) -> memoryview:
        """Return where a seed may be received."""
        return self._page.take()

    def give_back(self, place: memoryview) -> None:
        """Wipe a place that no seed stays in."""
        self._page.wipe(place)

    def keep(self, now: float, held: Held, lasts_s: int) -> bool:
        """Hold a seed; False if there are too many, or its file cannot be watched."""
        self.expire(now)
        self.forget(held.identity)
        if held.stamp is None or len(self) >= MOST_HELD:
            self._page.wipe(held.seed)
            return False
        held.ends_at, held.idle_at = now + lasts_s, now + held.idle_s
        self._held[held.identity] = held
        return True

    def find(self, now: float, identity: bytes, digest: bytes) -> memoryview | None:
        """Return a seed that is held for exactly this identity file, and used now."""
        self.expire(now)
        held = self._held.get(identity)
        if held is None:
            return None
        if held.digest != digest:
            self.forget(identity)
            return None
        held.idle_at = now + held.idle_s
        return held.seed

    def forget(self, identity: bytes) -> int:
        """Forget an identity; return how many that were."""
        held = self._held.pop(identity, None)
        if held is None:
            return 0
        self._page.wipe(held.seed)
        return 1

    def forget_all(self) -> int:
        """Forget every identity; return how many those were."""
        return sum(self.forget(identity) for identity in list(self._held))

    def expire(self, now: float) -> None:
        """Forget what has come to its end."""
        for held in list(self._held.values()):
            is_over = now >= min(held.ends_at, held.idle_at)
            if is_over or stamp_of(held.path) != held.stamp:
                self.forget(held.identity)

    def remaining(self, now: float) -> Iterator[tuple[bytes, int, int]]:
        """Yield each identity with the seconds to its end and until it is idle."""
        self.expire(now)
        for held in self._held.values():
            yield held.identity, int(held.ends_at - now), int(held.idle_at - now)


def stamp_of(path: bytes) -> Stamp | None:
    """Return what changes when a file is written or exchanged; None without a file."""
    with contextlib.suppress(OSError, ValueError):
        status = Path(os.fsdecode(path)).stat()
        if stat.S_ISREG(status.st_mode):
            return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    return None
