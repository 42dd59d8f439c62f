"""One writer at a time, on a ring that is current and whole."""

import contextlib
from collections.abc import Iterator

from ledgervault.errors import NotAuthorised
from ledgervault.vault.epochs import complete_epoch
from ledgervault.vault.opened import Vault
from ledgervault.vault.rewrapping import resume_rotation
from ledgervault.vault.stating import refresh_people


def require_ring_key(vault: Vault) -> None:
    """Refuse who lacks the ring key, before anything is begun that needs it."""
    vault.ring.ring_keys(vault.ring.head.epoch)


@contextlib.contextmanager
def writing(vault: Vault, act: str) -> Iterator[None]:
    """Hold the writer lock; finish what a crashed writer left, then go on.

    Raises Conflict `vault.busy` when another writer does not finish in time.
    """
    with vault.stores.lock.hold(act):
        refresh_people(vault)
        vault.ring.refresh()
        vault.records.refresh()
        complete_epoch(vault)
        # Who holds its keys goes on with a rotation that a crash cut off.
        with contextlib.suppress(NotAuthorised):
            resume_rotation(vault)
        yield
