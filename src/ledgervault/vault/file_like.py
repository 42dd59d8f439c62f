"""Content and deliveries as the file objects that encryption libraries expect."""

import io
from collections.abc import Iterator
from typing import Any

from ledgervault.ports.stores import Delivery


class Pieces(io.RawIOBase):
    """Decrypted pieces as the readable file that encryption expects."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        """Say that it is read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the next piece reaches; 0 at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken


class Sink:
    """A delivery as the writable file that encryption expects."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def write(self, data: bytes) -> int:
        """Write on."""
        return self._delivery.write(data)

    def flush(self) -> None:
        """Nothing is held back here."""
