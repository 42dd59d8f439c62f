"""Files a command writes where a person named them: whole, or not at all."""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ledgervault.errors import UsageInvalid

if TYPE_CHECKING:
    from ledgervault.vault.opened import Vault

PORTION_BYTES = 1 << 20


def deliver(
    vault: "Vault", path: str, pieces: Iterable[bytes], *, is_durable: bool = True
) -> None:
    """Write a file under exactly this name; raises Conflict when it is taken."""
    deliveries = vault.stores.deliveries
    folder, name = os.path.split(path)
    if not name or deliveries.is_directory(path):
        raise UsageInvalid(f"{path[:80]!r} is a folder", hint="name a file in it")
    deliveries.verify_free(folder or ".", name)
    delivery = deliveries.create(
        folder or ".", name, may_number=False, is_durable=is_durable
    )
    try:
        for portion in _portions(pieces):
            delivery.write(portion)
        delivery.finish()
    except BaseException:
        delivery.abandon()
        raise


def _portions(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # A log of a million lines is not a million calls to the system.
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PORTION_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)
