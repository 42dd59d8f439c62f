"""Verify a whole log in one pass: tree, checkpoints, sequence numbers."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from ledgervault.errors import LedgerVaultError
from ledgervault.ledger.checkpoints import (
    NEVER_ENDING,
    Checkpoint,
    verify_checkpoint,
)
from ledgervault.ledger.entries import parse_event
from ledgervault.ledger.tree import Frontier, leaf_hash


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `first_bad` is the first entry that no signature covers."""

    ok: bool
    size: int
    root: bytes
    checkpoints: int
    first_bad: int | None = None
    problem: str = ""


def verify_log(
    entries: Iterable[bytes],
    notes: Sequence[str],
    *,
    origin: str,
    keys: Mapping[str, bytes],
    until: Mapping[str, int] = NEVER_ENDING,
) -> Verification:
    """Check entries against every signed checkpoint; the last must cover them all.

    `until` gives, for keys that have ended, the largest size they may sign for.
    """
    try:
        wanted = [
            verify_checkpoint(note, origin=origin, keys=keys, until=until)
            for note in notes
        ]
    except LedgerVaultError as error:
        return Verification(False, 0, b"", 0, 0, error.message)
    if [one.size for one in wanted] != sorted({one.size for one in wanted}):
        return Verification(False, 0, b"", 0, 0, "checkpoints are out of order")
    return _Pass(wanted).run(entries)


class _Pass:
    def __init__(self, wanted: Sequence[Checkpoint]) -> None:
        self.wanted = list(wanted)
        self.frontier = Frontier()
        self.met = 0
        self.covered = 0

    def run(self, entries: Iterable[bytes]) -> Verification:
        frontier, append = self.frontier, self.frontier.append
        problem = self._meet()
        due = self._due()
        for sequence, entry in enumerate(entries):
            if problem:
                return self._bad(self.covered, problem)
            if b',"seq":%d,' % sequence not in entry and not _is_at(entry, sequence):
                return self._bad(sequence, "an entry is out of its place")
            append(leaf_hash(entry))
            if frontier.size == due:
                problem = self._meet()
                due = self._due()
        return self._end(problem)

    def _due(self) -> int:
        return self.wanted[self.met].size if self.met < len(self.wanted) else -1

    def _meet(self) -> str:
        while self._due() == self.frontier.size:
            if self.wanted[self.met].root != self.frontier.root():
                return "entries differ from what was signed"
            self.covered = self.frontier.size
            self.met += 1
        return ""

    def _end(self, problem: str) -> Verification:
        if problem:
            return self._bad(self.covered, problem)
        if self.met < len(self.wanted):
            return self._bad(self.frontier.size, "signed entries are missing")
        if self.covered != self.frontier.size:
            return self._bad(self.covered, "entries at the end are not signed")
        size, root = self.frontier.size, self.frontier.root()
        return Verification(True, size, root, self.met)

    def _bad(self, first: int, problem: str) -> Verification:
        size, root = self.frontier.size, self.frontier.root()
        return Verification(False, size, root, self.met, first, problem)


def _is_at(entry: bytes, sequence: int) -> bool:
    try:
        return parse_event(entry).sequence == sequence
    except LedgerVaultError:
        return False
