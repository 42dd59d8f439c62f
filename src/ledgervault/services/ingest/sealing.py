"""Read one paper once, sort it, seal it, append it to a pack of its horizon.

Runs in the ingesting process or in a forked one: it touches files and packs,
never the catalogue, the log or the ring.
"""

import dataclasses
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping

from ledgervault.crypto.blobs import BlobBinding, BlobSealer, seal_blob
from ledgervault.crypto.fixity import commit_content, dedup_token
from ledgervault.crypto.keys import Dek
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import BlobId, DocumentId, VaultId, random_id
from ledgervault.ports.sources import OpenedSource, SourceReader
from ledgervault.ports.stores import Extent, PackStore, PackWriter
from ledgervault.services.ingest.papers import (
    Duplicate,
    Failed,
    SealedPaper,
    Waiting,
)
from ledgervault.services.sorting import Owner, Sorted, Sorter, readable_path

PACK_BYTES = 64 << 20
OPEN_BYTES = 96 << 20  # of all unfinished packs: what waits to be acknowledged
ALONE_BYTES = 8 << 20  # a blob over this stands in a pack of its own
WHOLE_BYTES = 32 << 20  # a paper up to this is looked at whole
HEAD_BYTES = 1 << 20  # what is looked at of a bigger one
READ_BYTES = 4 << 20
WHOLE_PIECES = WHOLE_BYTES // READ_BYTES + 1
FIRST_VERSION = 1
NO_HORIZON = "open"

Outcome = SealedPaper | Duplicate | Failed


@dataclasses.dataclass(slots=True)
class Sealery:
    """Seals the papers of one batch into packs grouped by year of disposition."""

    vault: VaultId
    sources: SourceReader
    packs: PackStore
    sorter: Sorter
    owners: tuple[Owner, ...]
    known: Mapping[bytes, DocumentId]
    _open: dict[str, PackWriter] = dataclasses.field(default_factory=dict)
    _pending: dict[str, list[Outcome]] = dataclasses.field(default_factory=dict)

    def seal(self, waiting: Waiting) -> list[Outcome]:
        """Take in one paper; return every outcome that is durable by now."""
        try:
            return self._seal(waiting)
        except LedgerVaultError as error:
            return [Failed(waiting, error.code, error.message)]
        except Exception as error:  # noqa: BLE001 - one hostile paper must not stop the rest
            why = f"it could not be read ({type(error).__name__})"
            return [Failed(waiting, "ingest.unreadable", why)]

    def close(self) -> list[Outcome]:
        """Make the open packs durable; return what lay in them."""
        done: list[Outcome] = []
        for horizon in list(self._open):
            done.extend(self._close(horizon))
        return done

    def abandon(self) -> None:
        """Remove packs that will not be finished."""
        for writer in self._open.values():
            writer.abandon()
        self._open.clear()
        self._pending.clear()

    def _seal(self, waiting: Waiting) -> list[Outcome]:
        source = self.sources.open(waiting.found)
        try:
            if waiting.found.size > ALONE_BYTES:
                return self._seal_big(waiting, source)
            return self._seal_small(waiting, source)
        finally:
            source.close()

    def _seal_small(self, waiting: Waiting, source: OpenedSource) -> list[Outcome]:
        content = source.read_all()
        source.verify_unchanged()
        owner = self.owners[waiting.owner]
        digest = hashlib.sha256(content).digest()
        dedup = dedup_token(owner.token_key, digest)
        if dedup in self.known:
            return [Duplicate(waiting, self.known[dedup])]
        name, path = readable_path(waiting.found.relative)
        decided = self.sorter.sort(
            content, len(content), name=name, path=path, owner=owner
        )
        paper = self._paper(waiting, decided, len(content))
        dek = Dek(paper.dek)
        blob = seal_blob(content, dek, self._binding(paper))
        writer = self._writer(decided)
        extent = writer.append((blob,))
        sealed = dataclasses.replace(
            paper,
            extent=extent,
            cipher_sha256=hashlib.sha256(blob).digest(),
            fixity=commit_content(dek, digest),
            dedup=dedup,
        )
        return self._file(_horizon(decided), writer, sealed)

    def _seal_big(self, waiting: Waiting, source: OpenedSource) -> list[Outcome]:
        owner = self.owners[waiting.owner]
        pieces = source.chunks(READ_BYTES)
        is_whole = waiting.found.size <= WHOLE_BYTES
        read = list(itertools.islice(pieces, WHOLE_PIECES if is_whole else 1))
        looked_at = b"".join(read) if is_whole else b"".join(read)[:HEAD_BYTES]
        name, path = readable_path(waiting.found.relative)
        decided = self.sorter.sort(
            looked_at, waiting.found.size, name=name, path=path, owner=owner
        )
        del looked_at
        paper = self._paper(waiting, decided, waiting.found.size)
        stream = _Stream(
            BlobSealer(
                Dek(paper.dek), self._binding(paper), stored_length=waiting.found.size
            )
        )
        writer = self.packs.create()
        try:
            extent = writer.append(stream.run(itertools.chain(read, pieces)))
            source.verify_unchanged()
            digest = stream.content.digest()
            dedup = dedup_token(owner.token_key, digest)
            if dedup in self.known:
                writer.abandon()
                return [Duplicate(waiting, self.known[dedup])]
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        return [self._finished(paper, extent, stream, digest, dedup)]

    def _finished(
        self,
        paper: SealedPaper,
        extent: Extent,
        stream: "_Stream",
        digest: bytes,
        dedup: bytes,
    ) -> SealedPaper:
        return dataclasses.replace(
            paper,
            extent=extent,
            cipher_sha256=stream.cipher.digest(),
            fixity=commit_content(Dek(paper.dek), digest),
            dedup=dedup,
        )

    def _paper(self, waiting: Waiting, decided: Sorted, size: int) -> SealedPaper:
        return SealedPaper(
            waiting=waiting,
            sorted=decided,
            size=size,
            document=DocumentId(random_id()),
            blob=BlobId(random_id()),
            dek=Dek.generate().raw,
        )

    def _binding(self, paper: SealedPaper) -> BlobBinding:
        return BlobBinding(self.vault, paper.document, FIRST_VERSION, paper.blob)

    def _writer(self, decided: Sorted) -> PackWriter:
        horizon = _horizon(decided)
        if horizon not in self._open:
            self._open[horizon] = self.packs.create()
        return self._open[horizon]

    def _file(
        self, horizon: str, writer: PackWriter, sealed: SealedPaper
    ) -> list[Outcome]:
        self._pending.setdefault(horizon, []).append(sealed)
        if writer.size >= PACK_BYTES:
            return self._close(horizon)
        if sum(one.size for one in self._open.values()) >= OPEN_BYTES:
            return self._close(max(self._open, key=lambda one: self._open[one].size))
        return []

    def _close(self, horizon: str) -> list[Outcome]:
        self._open.pop(horizon).close()
        return self._pending.pop(horizon, [])


class _Stream:
    """Seals a big paper chunk by chunk, hashing both sides on the way."""

    def __init__(self, sealer: BlobSealer) -> None:
        self.sealer = sealer
        self.content = hashlib.sha256()
        self.cipher = hashlib.sha256()

    def run(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.content.update(piece)
            yield self._out(self.sealer.update(piece))
        for sealed in self.sealer.finish():
            yield self._out(sealed)

    def _out(self, sealed: bytes) -> bytes:
        self.cipher.update(sealed)
        return sealed


def _horizon(decided: Sorted) -> str:
    return str(decided.due.year) if decided.due else NO_HORIZON
