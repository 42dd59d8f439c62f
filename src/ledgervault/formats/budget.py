"""What may be spent on one paper with all that lies in it."""

import dataclasses
import time

MAX_PARTS = 60
PARTS_BYTES = 32 << 20


@dataclasses.dataclass(slots=True)
class Budget:
    """Papers inside, their bytes, and the time until `until` (monotonic seconds)."""

    until: float
    parts: int = MAX_PARTS
    size: int = PARTS_BYTES
    depth: int = 0

    def take(self, part: bytes) -> bool:
        """Say whether one more part may be read, and count it."""
        self.parts -= 1
        self.size -= len(part)
        return self.parts >= 0 and self.size >= 0 and self.seconds > 0

    @property
    def seconds(self) -> float:
        """Return the time that is left."""
        return self.until - time.monotonic()
