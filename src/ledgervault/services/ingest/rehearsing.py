"""What an ingest would do: every paper is read, nothing is written."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence

from ledgervault.crypto.fixity import dedup_token
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import DocumentId, short_code
from ledgervault.services.ingest.invoices import InvoiceWatch
from ledgervault.services.ingest.papers import Failed, Ingested, Waiting
from ledgervault.services.ingest.sealing import WHOLE_BYTES
from ledgervault.services.sorting import Owner, Sorter, readable_path
from ledgervault.vault.authority import authorise
from ledgervault.vault.opened import Vault

Repeated = tuple[bytes, str]  # a path, and the document it repeats or "" for a new one
Rehearsed = Ingested | Failed | Repeated


@dataclasses.dataclass(frozen=True, slots=True)
class Rehearsal:
    """Reads papers as an ingest would."""

    vault: Vault
    sorter: Sorter
    owners: Sequence[Owner]
    watch: InvoiceWatch

    def run(
        self, known: Mapping[bytes, DocumentId] | None, waiting: Sequence[Waiting]
    ) -> Iterator[Rehearsed]:
        """Yield what would become of each paper; `known` None lets papers repeat."""
        seen: set[bytes] = set()
        for paper in waiting:
            try:
                head, token = self._read(paper)
                if known is not None and token in known:
                    yield paper.found.path, short_code("D", known[token])
                elif known is not None and token in seen:
                    yield paper.found.path, ""
                else:
                    seen.add(token)
                    yield self._sorted(paper, head)
            except LedgerVaultError as error:
                yield Failed(paper, error.code, error.message)

    def _read(self, paper: Waiting) -> tuple[bytes, bytes]:
        source = self.vault.stores.sources.open(paper.found)
        digest = hashlib.sha256()
        head = b""
        try:
            for piece in source.chunks(WHOLE_BYTES):
                head = head or piece
                digest.update(piece)
        finally:
            source.close()
        key = self.owners[paper.owner].token_key
        return head, dedup_token(key, digest.digest())

    def _sorted(self, paper: Waiting, head: bytes) -> Ingested:
        owner, found = self.owners[paper.owner], paper.found
        name, path = readable_path(found.relative)
        decided = self.sorter.sort(head, found.size, name=name, path=path, owner=owner)
        authorise(
            self.vault,
            "ingest",
            level=decided.level,
            series=decided.series,
            client=owner.id,
        )
        if decided.invoice is not None:
            self.watch.note(found.path, owner, decided.invoice, "")
        return Ingested.of(paper, owner, decided)
