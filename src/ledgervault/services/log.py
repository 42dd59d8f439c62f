"""The log: show, verify, export, checkpoint. Verifying needs no key."""

import dataclasses
from collections.abc import Iterable, Iterator

from ledgervault.ledger.checkpoints import origin_of
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ledger.export import read_export, write_export
from ledgervault.ledger.tiles import iter_bundles, iter_tiles
from ledgervault.ledger.verification import Verification, verify_log
from ledgervault.vault.authority import authorise
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class LogPage:
    """Entries of the log, newest last, and the cursor of the next page."""

    events: tuple[Event, ...]
    next: str | None


def show_log(vault: Vault, *, after: int, limit: int, act: str | None) -> LogPage:
    """Return entries from a sequence on."""
    authorise(vault, "log")
    size = vault.catalogue.log_size()
    found: list[Event] = []
    for raw in vault.catalogue.entries(after + 1, size):
        event = parse_event(raw)
        if act is not None and not event.act.startswith(act):
            continue
        if len(found) == limit:
            return LogPage(tuple(found), str(found[-1].sequence))
        found.append(event)
    return LogPage(tuple(found), None)


def tail_log(vault: Vault, *, count: int, act: str | None) -> LogPage:
    """Return the last entries."""
    authorise(vault, "log")
    size = vault.catalogue.log_size()
    if act is None:
        return show_log(vault, after=max(-1, size - count - 1), limit=count, act=None)
    page = show_log(vault, after=-1, limit=size, act=act)
    return LogPage(page.events[-count:], None)


def verify_own_log(vault: Vault) -> Verification:
    """Verify every entry against every signed checkpoint."""
    authorise(vault, "verify")
    notes = [note for _size, note in vault.catalogue.checkpoints()]
    return verify_log(
        _entries(vault),
        notes,
        origin=origin_of(vault.id),
        keys=vault.journal.keys(),
        until=vault.journal.until(),
    )


def export_log(vault: Vault) -> Iterator[bytes]:
    """Yield the log as one file that verifies without vault or keys."""
    authorise(vault, "log")
    users = [(user.id, user.public.ed25519) for user in vault.people.users.values()]
    notes = [note for _size, note in vault.catalogue.checkpoints()]
    yield from write_export(
        vault=vault.id, users=users, entries=_entries(vault), checkpoints=notes
    )


def export_tiles(vault: Vault) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file of the tlog-tiles layout."""
    authorise(vault, "log")
    yield "checkpoint", vault.journal.note.encode()
    yield from iter_tiles(vault.catalogue.log_size(), vault.catalogue.node)
    yield from iter_bundles(_entries(vault))


def verify_export(lines: Iterable[bytes]) -> Verification:
    """Verify an exported log file; the keys are those the file names."""
    exported = read_export(lines)
    return exported.verify()


def _entries(vault: Vault) -> Iterator[bytes]:
    return vault.catalogue.entries(0, vault.catalogue.log_size())
