"""One writer at a time, on a ring that is current and whole."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledgervault.vault.epochs import complete_epoch
from ledgervault.vault.opened import Vault
from ledgervault.vault.stating import refresh_people


@contextmanager
def writing(vault: Vault, act: str) -> Iterator[None]:
    """Hold the writer lock; finish what a crashed writer left, then go on.

    Raises Conflict `vault.busy` when another writer does not finish in time.
    """
    with vault.stores.lock.hold(act):
        refresh_people(vault)
        vault.ring.refresh()
        complete_epoch(vault)
        yield
