"""Re-wrap and re-seal: rows of rotated compartments under the present epoch.

Works through clients in batches of one transaction each, over all cores, and
only what still names an older epoch: a crash anywhere costs a batch, and doing
it again changes nothing. Callers hold the writer lock.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.errors import LedgerVaultError, NotAuthorised
from ledgervault.ids import ClientId, DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, WrapRow
from ledgervault.vault.artefacts import texts_by_document
from ledgervault.vault.forking import Copies, shares_for
from ledgervault.vault.opened import Vault
from ledgervault.vault.resealing import (
    Paper,
    RenewedPaper,
    renew_paper,
    reseal,
    sealed_of_clients,
)
from ledgervault.vault.rotation_job import (
    RotationJob,
    put_rotation,
    unfinished_rotation,
)

REWRAPPED = "keys.rewrapped"
PAGE = 1000  # documents read at once; the texts of so many fit into memory
CHUNK = 20_000  # documents the copies of this process are made for
CHUNK_BYTES = 64 << 20
PORTION = 500  # documents in one answer of a copy
BATCH = 5000  # documents in one transaction

Progress = Callable[[int, int], None]


@dataclasses.dataclass(slots=True)
class Rewrapped:
    """What a rotation brought under the present epoch, and what it could not."""

    documents: int = 0
    wraps: int = 0
    sealed: int = 0
    problems: list[tuple[bytes, str]] = dataclasses.field(default_factory=list)


def resume_rotation(vault: Vault, progress: Progress | None = None) -> Rewrapped | None:
    """Finish the rotation that is under way; None when there is none.

    Raises NotAuthorised when this identity does not hold its keys.
    """
    job = unfinished_rotation(vault.catalogue)
    if job is None:
        return None
    _verify_holding(vault, job)
    work = _Work(vault, job, progress or _unseen)
    work.run()
    with vault.act() as act:
        put_rotation(act.tx, None)
        facts = {
            "compartments": len(job.compartments),
            "wraps": work.done.wraps,
            "sealed": work.done.sealed,
            "left": len(work.done.problems),
        }
        act.log(REWRAPPED, objects=("keys",), facts=facts)
    return work.done


@dataclasses.dataclass(slots=True)
class _Work:
    vault: Vault
    job: RotationJob
    progress: Progress
    done: Rewrapped = dataclasses.field(default_factory=Rewrapped)

    def run(self) -> None:
        """Bring every row of the job under the present epoch."""
        self.vault.records.refresh()
        self.vault.records.read_ahead()
        clients = self._clients()
        total = sum(self.vault.catalogue.count_documents(_of(one)) for one in clients)
        self.progress(0, total)
        waiting: list[Paper] = []
        size = 0
        for papers in self._pages(clients):
            waiting += papers
            size += sum(_size(paper) for paper in papers)
            if len(waiting) >= CHUNK or size >= CHUNK_BYTES:
                self._renew(waiting, total)
                waiting, size = [], 0
        self._renew(waiting, total)
        self._reseal_facts()

    def _clients(self) -> list[ClientId]:
        found = (
            self.vault.records.compartment_by_id(one).client_id
            for one in sorted(self.job.compartments)
        )
        return list(dict.fromkeys(found))

    def _pages(self, clients: Sequence[ClientId]) -> Iterator[list[Paper]]:
        for client in clients:
            after = -1
            reads = self.vault.catalogue
            while page := reads.documents(_of(client), after=after, limit=PAGE):
                after = page[-1].ordinal
                yield self._papers(page)

    def _papers(self, page: Sequence[DocumentRow]) -> list[Paper]:
        rows = [row for row in page if row.compartment_id in self.job.compartments]
        wraps: dict[DocumentId, list[WrapRow]] = {}
        for wrap in self.vault.catalogue.wraps_of([row.id for row in rows]):
            wraps.setdefault(wrap.document_id, []).append(wrap)
        texts = texts_by_document(self.vault.catalogue, rows)
        return [
            Paper(row, tuple(wraps.get(row.id, ())), texts.get(row.id)) for row in rows
        ]

    def _renew(self, papers: Sequence[Paper], total: int) -> None:
        def renew(portion: Sequence[Paper]) -> list[RenewedPaper]:
            return [renew_paper(self.vault, paper) for paper in portion]

        if not papers:
            return
        batch: list[RenewedPaper] = []
        detach = self.vault.keychain.detach
        with Copies(_shares(papers), renew, in_copy=detach) as copies:
            for portion in copies.results():
                batch += portion
                if len(batch) >= BATCH:
                    self._write(batch)
                    self.progress(self.done.documents, total)
                    batch = []
        self._write(batch)
        self.progress(self.done.documents, total)

    def _write(self, batch: Sequence[RenewedPaper]) -> None:
        wraps = [
            (one.document, version, old, new)
            for one in batch
            for version, (old, new) in one.wraps
        ]
        details = [(one.document, *one.details) for one in batch if one.details]
        texts = [(one.document, *one.text) for one in batch if one.text]
        if wraps or details or texts:
            with self.vault.catalogue.transaction() as tx:
                tx.replace_wraps(wraps)
                tx.replace_sealed("documents", details)
                tx.replace_sealed("texts", texts)
        self.done.documents += len(batch)
        self.done.wraps += len(wraps)
        self.done.sealed += len(details) + len(texts)
        self.done.problems += [
            (one.document, one.problem) for one in batch if one.problem
        ]

    def _reseal_facts(self) -> None:
        changes: dict[str, list[tuple[bytes, bytes, bytes]]] = {}
        for sealed in sealed_of_clients(self.vault, self.job.compartments):
            table, row = sealed.place.table, sealed.place.row
            try:
                fresh = reseal(self.vault, sealed)
            except NotAuthorised:
                raise
            except LedgerVaultError as error:
                self.done.problems.append((row, error.code))
                continue
            if fresh is not None:
                changes.setdefault(table, []).append((row, sealed.value, fresh))
        with self.vault.catalogue.transaction() as tx:
            for table, items in changes.items():
                tx.replace_sealed(table, items)
        self.done.sealed += sum(map(len, changes.values()))


def _verify_holding(vault: Vault, job: RotationJob) -> None:
    vault.keychain.read_ahead()
    for one in job.compartments:
        row = vault.catalogue.compartment(one)
        keys = ((GrantKind.DOC, row.doc_epoch), (GrantKind.META, row.meta_epoch))
        if not all(vault.keychain.holds(one, kind, epoch) for kind, epoch in keys):
            raise NotAuthorised(
                "you do not hold every key of the rotation that is under way",
                hint="an owner finishes it with `vault key rotate --resume`",
                code="grant.missing",
            )


def _shares(papers: Sequence[Paper]) -> list[list[list[Paper]]]:
    # Neighbours share a client's keys and a folder's path to its leaves.
    size = -(-len(papers) // shares_for(len(papers)))
    shares = [papers[start : start + size] for start in range(0, len(papers), size)]
    return [
        [list(share[at : at + PORTION]) for at in range(0, len(share), PORTION)]
        for share in shares
    ]


def _of(client: ClientId) -> DocumentFilter:
    return DocumentFilter(client_id=client, state="active")


def _size(paper: Paper) -> int:
    return len(paper.row.sealed) + (len(paper.text.sealed) if paper.text else 0)


def _unseen(_done: int, _total: int) -> None:
    pass
