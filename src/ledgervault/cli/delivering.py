"""Files a command writes where a person named them: whole, or not at all."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledgervault.errors import UsageInvalid

if TYPE_CHECKING:
    from ledgervault.vault.opened import Vault


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
        for piece in pieces:
            delivery.write(piece)
        delivery.finish()
    except BaseException:
        delivery.abandon()
        raise
