"""Queries for the log: entries, tree nodes, checkpoints.

A missing entry or node inside the log is damage, not absence.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from ledgervault.errors import IntegrityViolated, NotFound
from ledgervault.storage.catalogue import tables
from ledgervault.storage.catalogue.document_reads import DocumentReads

PAGE_ENTRIES = 1000


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

    def sequences_of(self, obj: str) -> Sequence[int]:
        column = tables.event_objects.c
        wanted = select(column.sequence).where(column.object == obj)
        return [row[0] for row in self._link.all(wanted.order_by(column.sequence))]

    def node(self, level: int, index: int) -> bytes:
        column = tables.nodes.c
        wanted = select(column.hash).where(column.level == level, column.idx == index)
        row = self._link.first(wanted)
        if row is None:
            raise _missing("a node of the log's tree is missing")
        return bytes(row[0])

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
