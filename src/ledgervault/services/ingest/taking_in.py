"""The ingest use case: a morning's pile filed in one command."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from ledgervault.errors import LedgerVaultError
from ledgervault.ids import DocumentId, short_code
from ledgervault.ports.sources import Skipped
from ledgervault.services.ingest.crew import seal_all
from ledgervault.services.ingest.invoices import InvoiceWatch
from ledgervault.services.ingest.owners import Owners
from ledgervault.services.ingest.papers import (
    Duplicate,
    Failed,
    Ingested,
    IngestRequest,
    SealedPaper,
    Waiting,
    Warned,
)
from ledgervault.services.ingest.recording import Recorder
from ledgervault.services.ingest.rehearsing import Rehearsal, Rehearsed
from ledgervault.services.ingest.sealing import Sealery
from ledgervault.services.sorting import Sorter, verify_manual
from ledgervault.vault.authority import authorise
from ledgervault.vault.filing import FolderPlan
from ledgervault.vault.opened import Vault
from ledgervault.vault.writing import writing

COMMIT_PAPERS = 2500  # papers a transaction holds; recording overlaps with sealing
Progress = Callable[[int, int], None]


@dataclasses.dataclass(slots=True)
class IngestReport:
    """What became of every path."""

    ingested: list[Ingested] = dataclasses.field(default_factory=list)
    duplicates: list[tuple[bytes, str]] = dataclasses.field(default_factory=list)
    skipped: list[Skipped] = dataclasses.field(default_factory=list)
    failed: list[Failed] = dataclasses.field(default_factory=list)
    warnings: list[Warned] = dataclasses.field(default_factory=list)
    checkpoint: str = ""

    @property
    def is_complete(self) -> bool:
        """Say whether every paper was taken in or known already."""
        return not (self.failed or self.skipped)

    def add(self, outcome: Rehearsed) -> None:
        """Note what would become of a paper."""
        if isinstance(outcome, Failed):
            self.failed.append(outcome)
        elif isinstance(outcome, Ingested):
            self.ingested.append(outcome)
        else:
            self.duplicates.append(outcome)


def ingest(
    vault: Vault, request: IngestRequest, *, workers: int | None, progress: Progress
) -> IngestReport:
    """Take in every regular file under the named paths.

    Each paper is acknowledged only when its ciphertext, row, event and
    checkpoint are durable; problems are reported and the others go on.
    """
    authorise(vault, "ingest")
    verify_manual(request.manual, vault.policy)
    owners = Owners(vault, request.client)
    owners.load()
    report = IngestReport()
    waiting = _scan(vault, request, owners, report)
    if request.is_dry_run:
        watch = InvoiceWatch(vault.catalogue)
        rehearsal = Rehearsal(vault, _sorter(vault, request), owners.owners, watch)
        for outcome in rehearsal.run(_known(vault, request), waiting):
            report.add(outcome)
        report.warnings.extend(watch.warnings())
        return report
    with writing(vault, "ingest"):
        vault.stores.packs.sweep()
        batch = _Batch(vault, request, owners, report, progress, len(waiting))
        _take_in(batch, waiting, workers)
    if request.does_move:
        _move(vault, waiting, report)
    return report


def _scan(
    vault: Vault, request: IngestRequest, owners: Owners, report: IngestReport
) -> list[Waiting]:
    waiting: list[Waiting] = []
    for found in vault.stores.sources.scan(request.paths):
        if isinstance(found, Skipped):
            report.skipped.append(found)
        else:
            waiting.append(Waiting(found, len(waiting), owners.owner_of(found)))
    return waiting


def _sorter(vault: Vault, request: IngestRequest) -> Sorter:
    return Sorter(vault.stores.papers, vault.policy, request.manual, vault.today("CN"))


def _known(vault: Vault, request: IngestRequest) -> dict[bytes, DocumentId] | None:
    if request.allows_duplicates:
        return None
    return dict(vault.catalogue.dedup_tokens())


def _take_in(batch: "_Batch", waiting: Sequence[Waiting], workers: int | None) -> None:
    vault, request = batch.vault, batch.request
    known = _known(vault, request) or {}
    sealery = Sealery(
        vault.id,
        vault.stores.sources,
        vault.stores.packs,
        _sorter(vault, request),
        tuple(batch.owners.owners),
        known,
    )
    for outcomes in seal_all(sealery, waiting, workers):
        batch.add(outcomes)
    batch.commit()
    batch.report.warnings.extend(batch.watch.warnings())


@dataclasses.dataclass(slots=True)
class _Batch:
    vault: Vault
    request: IngestRequest
    owners: Owners
    report: IngestReport
    progress: Progress
    total: int
    done: int = 0
    sealed: list[SealedPaper] = dataclasses.field(default_factory=list)
    seen: dict[bytes, str] = dataclasses.field(default_factory=dict)
    recorder: Recorder | None = None
    watch: InvoiceWatch = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.watch = InvoiceWatch(self.vault.catalogue)

    def add(self, outcomes: Iterable[SealedPaper | Duplicate | Failed]) -> None:
        for outcome in outcomes:
            self.done += 1
            if isinstance(outcome, Failed):
                self.report.failed.append(outcome)
            elif isinstance(outcome, Duplicate):
                self._duplicate(outcome.waiting, short_code("D", outcome.of))
            elif outcome.dedup in self.seen and not self.request.allows_duplicates:
                self._duplicate(outcome.waiting, self.seen[outcome.dedup])
            else:
                self.seen[outcome.dedup] = short_code("D", outcome.document)
                self.sealed.append(outcome)
        self.progress(self.done, self.total)
        if len(self.sealed) >= COMMIT_PAPERS:
            self.commit()

    def commit(self) -> None:
        if not self.sealed:
            return
        if self.recorder is None:
            self.recorder = Recorder(
                self.vault,
                self.owners.owners,
                self.request.purpose,
                FolderPlan(self.vault.catalogue, self.vault.records),
                self.vault.now().isoformat(timespec="seconds"),
            )
        if any(paper.sorted.invoice for paper in self.sealed):
            self.watch.load()
        ingested, failed = self.recorder.record(self.sealed)
        self._watch_invoices(ingested)
        self.report.ingested.extend(ingested)
        self.report.failed.extend(failed)
        head = self.vault.checkpoint()
        self.report.checkpoint = f"{head.size}:{head.root.hex()}"
        self.sealed = []

    def _watch_invoices(self, ingested: Sequence[Ingested]) -> None:
        codes = {item.path: item.id for item in ingested}
        for paper in self.sealed:
            path, mark = paper.waiting.found.path, paper.sorted.invoice
            if mark is not None and path in codes:
                owner = self.owners.owners[paper.waiting.owner]
                self.watch.note(path, owner, mark, codes[path])

    def _duplicate(self, waiting: Waiting, of: str) -> None:
        self.report.duplicates.append((waiting.found.path, of))


def _move(vault: Vault, waiting: Sequence[Waiting], report: IngestReport) -> None:
    taken = {item.path for item in report.ingested}
    for paper in waiting:
        if paper.found.path in taken:
            _remove(vault, paper, report)


def _remove(vault: Vault, paper: Waiting, report: IngestReport) -> None:
    try:
        vault.stores.sources.remove(paper.found)
    except LedgerVaultError as error:
        report.failed.append(Failed(paper, error.code, error.message))
