"""One writer at a time, on a ring that is current and whole."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledgervault.vault.epochs import complete_epoch
from ledgervault.vault.opened import Vault


def require_ring_key(vault: Vault) -> None:
    """Refuse who lacks the ring key, before anything is begun that needs it."""
    vault.ring.ring_keys(vault.ring.head.epoch)


@contextmanager
def writing(vault: Vault, act: str) -> Iterator[None]:
    """Hold the writer lock; finish what a crashed writer left, then go on.

    Raises Conflict `vault.busy` when another writer does not finish in time.
    """
    with vault.stores.lock.hold(act):
        vault.ring.refresh()
        complete_epoch(vault)
        yield
