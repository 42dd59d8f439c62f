"""Queries for the log: entries, tree nodes, checkpoints.

A missing entry or node inside the log is damage, not absence.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import and_, or_, select

from ledgervault.errors import IntegrityViolated, NotFound
from ledgervault.storage.catalogue import tables
from ledgervault.storage.catalogue.document_reads import DocumentReads

PAGE_ENTRIES = 1000
PAGE_PLACES = 400  # two parameters each; SQLite takes 999 at least


class LogReads(DocumentReads):
    """Queries over the log, beside all others."""

    def log_size(self) -> int:
        sequence = tables.events.c.sequence
        row = self._link.first(select(sequence).order_by(sequence.desc()).limit(1))
        return 0 if row is None else int(row[0]) + 1

    def entry(self, sequence: int) -> bytes:
        size = self.log_size()
        if not 0 <= sequence < size:
            raise NotFound(
                f"the log has {size} entries; there is no entry {sequence}",
                code="not-found.entry",
            )
        return next(self.entries(sequence, sequence + 1))

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield entries start <= sequence < end; each must be there."""
        column = tables.events.c
        for first in range(start, end, PAGE_ENTRIES):
            last = min(first + PAGE_ENTRIES, end)
            page = select(column.entry).where(
                column.sequence >= first, column.sequence < last
            )
            found = self._link.all(page.order_by(column.sequence))
            if len(found) != last - first:
                raise _missing("an entry of the log is missing")
            yield from (row[0] for row in found)

    def entries_at(self, sequences: Iterable[int]) -> dict[int, bytes]:
        """Return chosen entries by sequence; each must be there."""
        column, wanted = tables.events.c, list(dict.fromkeys(sequences))
        found: dict[int, bytes] = {}
        for start in range(0, len(wanted), PAGE_PLACES):
            page = column.sequence.in_(wanted[start : start + PAGE_PLACES])
            chosen = select(column.sequence, column.entry).where(page)
            found |= {row[0]: row[1] for row in self._link.all(chosen)}
        if len(found) != len(wanted):
            raise _missing("an entry of the log is missing")
        return found

    def sequences_of(self, obj: str) -> Sequence[int]:
        column = tables.event_objects.c
        wanted = select(column.sequence).where(column.object == obj)
        return [row[0] for row in self._link.all(wanted.order_by(column.sequence))]

    def sequences_of_each(self, objects: Sequence[str]) -> dict[str, list[int]]:
        """Return the sequences of many objects, each in order."""
        column = tables.event_objects.c
        found: dict[str, list[int]] = {obj: [] for obj in objects}
        wanted = list(found)
        for start in range(0, len(wanted), PAGE_PLACES):
            page = column.object.in_(wanted[start : start + PAGE_PLACES])
            chosen = select(column.object, column.sequence).where(page)
            for obj, sequence in self._link.all(chosen.order_by(column.sequence)):
                found[obj].append(sequence)
        return found

    def node(self, level: int, index: int) -> bytes:
        column = tables.nodes.c
        wanted = select(column.hash).where(column.level == level, column.idx == index)
        row = self._link.first(wanted)
        if row is None:
            raise _missing("a node of the log's tree is missing")
        return bytes(row[0])

    def nodes_at(
        self, places: Iterable[tuple[int, int]]
    ) -> dict[tuple[int, int], bytes]:
        """Return chosen nodes by level and index; each must be there."""
        column, wanted = tables.nodes.c, list(dict.fromkeys(places))
        found: dict[tuple[int, int], bytes] = {}
        for start in range(0, len(wanted), PAGE_PLACES):
            levels: dict[int, list[int]] = {}
            for level, index in wanted[start : start + PAGE_PLACES]:
                levels.setdefault(level, []).append(index)
            # Pairs in one list would be compared with every node there is.
            page = [
                and_(column.level == level, column.idx.in_(indexes))
                for level, indexes in levels.items()
            ]
            chosen = select(column.level, column.idx, column.hash).where(or_(*page))
            found |= {(row[0], row[1]): bytes(row[2]) for row in self._link.all(chosen)}
        if len(found) != len(wanted):
            raise _missing("a node of the log's tree is missing")
        return found

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        column = tables.checkpoints.c
        wanted = select(column.size, column.note).order_by(column.size)
        return [(row[0], row[1]) for row in self._link.all(wanted)]

    def last_checkpoint(self) -> tuple[int, str] | None:
        column = tables.checkpoints.c
        last = select(column.size, column.note).order_by(column.size.desc()).limit(1)
        row = self._link.first(last)
        return None if row is None else (row[0], row[1])


def _missing(what: str) -> IntegrityViolated:
    return IntegrityViolated(
        what,
        hint="keep the vault as it is and restore a backup: `vault backup restore`",
        code="log.missing",
    )
