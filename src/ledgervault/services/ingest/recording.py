"""Turn sealed papers into rows and events: the transaction that acknowledges them."""

import dataclasses
from collections.abc import Sequence

from ledgervault.crypto.keys import Dek
from ledgervault.crypto.padding import padme
from ledgervault.crypto.suites import Suite
from ledgervault.domain.documents import DocumentDetails
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import short_code
from ledgervault.ports.rows import (
    DocumentRow,
    FolderRow,
    InvoiceRow,
    TextRow,
    VersionRow,
)
from ledgervault.services.ingest.invoices import invoice_token
from ledgervault.services.ingest.papers import Failed, Ingested, SealedPaper
from ledgervault.services.sorting import Owner, readable_path
from ledgervault.vault.artefacts import seal_text
from ledgervault.vault.authority import authorise
from ledgervault.vault.filing import FolderPlan, matters_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.proven_rows import verify_open_folders
from ledgervault.vault.truth import INGESTED, document_statement
from ledgervault.vault.wrapping import make_wrap

FIRST_VERSION = 1


@dataclasses.dataclass(slots=True)
class Recorder:
    """Records batches of sealed papers for one ingest."""

    vault: Vault
    owners: Sequence[Owner]
    purpose: str
    plan: FolderPlan
    at: str

    def record(
        self, papers: Sequence[SealedPaper]
    ) -> tuple[list[Ingested], list[Failed]]:
        """Commit rows, events and a checkpoint for papers that are durable."""
        placed, failed = self._place(papers)
        if not placed:
            return [], failed
        verify_open_folders(self.vault, self.plan.unproven())
        # Seeds first: a row must never exist whose ring key could be lost.
        self.vault.ring.open_folders(
            self.plan.new_folders(), log_size=self.vault.checkpoint().size
        )
        with self.vault.act() as act:
            self._write(act, placed)
        self.plan.settle()
        return [self._ingested(paper) for paper, _folder, _leaf in placed], failed

    def _place(
        self, papers: Sequence[SealedPaper]
    ) -> tuple[list[tuple[SealedPaper, FolderRow, int]], list[Failed]]:
        placed, failed = [], []
        for paper in papers:
            owner = self.owners[paper.waiting.owner]
            try:
                authorise(
                    self.vault,
                    "ingest",
                    level=paper.sorted.level,
                    series=paper.sorted.series,
                    client=owner.id,
                )
                folder, leaf = self.plan.place(
                    owner.id,
                    owner.client,
                    series=paper.sorted.series,
                    label=paper.sorted.label,
                    due=paper.sorted.due,
                    leaves=2 if paper.sorted.words else 1,
                )
                placed.append((paper, folder, leaf))
            except LedgerVaultError as error:
                failed.append(Failed(paper.waiting, error.code, error.message))
        return placed, failed

    def _write(
        self, act: Act, placed: Sequence[tuple[SealedPaper, FolderRow, int]]
    ) -> None:
        documents, versions, texts = [], [], []
        for paper, folder, leaf in placed:
            row = self._document(act, paper, folder, leaf)
            documents.append(row)
            version = self._version(paper, row)
            versions.append(version)
            if paper.sorted.words:
                texts.append(self._text(paper, row))
            self._log(act, paper, row, version)
        act.tx.add_folders(self.plan.rows_to_add())
        act.tx.update_folders(self.plan.rows_to_update())
        act.tx.add_documents(documents)
        act.tx.add_versions(versions)
        act.tx.add_texts(texts)
        act.tx.add_invoices(self._invoices(placed))

    def _invoices(
        self, placed: Sequence[tuple[SealedPaper, FolderRow, int]]
    ) -> list[InvoiceRow]:
        return [
            InvoiceRow(
                paper.document,
                invoice_token(
                    self.owners[paper.waiting.owner], mark.identity, mark.form
                ),
            )
            for paper, _folder, _leaf in placed
            if (mark := paper.sorted.invoice) is not None
        ]

    def _document(
        self, act: Act, paper: SealedPaper, folder: FolderRow, leaf: int
    ) -> DocumentRow:
        compartment = self.vault.records.compartment(
            folder.client_id, paper.sorted.level
        )
        row = DocumentRow(
            id=paper.document,
            code=short_code("D", paper.document),
            ordinal=act.next_sequence,
            client_id=folder.client_id,
            folder_id=folder.id,
            leaf=leaf,
            compartment_id=compartment.id,
            series=paper.sorted.series,
            state="active",
            due=paper.sorted.due,
            size=padme(paper.size),
            sealed=b"",
            row_version=1,
        )
        sealed = self.vault.records.seal_document(row, self._details(paper))
        return dataclasses.replace(row, sealed=sealed)

    def _details(self, paper: SealedPaper) -> DocumentDetails:
        name, path = readable_path(paper.waiting.found.relative)
        decided = paper.sorted
        return DocumentDetails(
            title=decided.fields.get("title") or name.rsplit(".", 1)[0] or name,
            name=name,
            path=path,
            type=decided.type,
            level=decided.level,
            period=decided.period,
            mime=decided.mime,
            size=paper.size,
            rule=decided.rule,
            is_inbox=decided.is_inbox,
            has_client=self.owners[paper.waiting.owner].is_known,
            ingested_at=self.at,
            ingested_by=self.vault.me.id.hex(),
            purpose=self.purpose,
            fields=decided.fields,
            detected=decided.detected,
            unread=decided.unread,
            confidence=decided.confidence,
        )

    def _version(self, paper: SealedPaper, row: DocumentRow) -> VersionRow:
        dek, suite = Dek(paper.dek), Suite.COBBLESTONE_256
        wrap = make_wrap(self.vault, row, FIRST_VERSION, dek=dek, suite=suite)
        return VersionRow(
            document_id=row.id,
            version=FIRST_VERSION,
            blob_id=paper.blob,
            pack=paper.extent.pack,
            offset=paper.extent.offset,
            length=paper.extent.length,
            cipher_sha256=paper.cipher_sha256,
            wrap=wrap,
            fixity=paper.fixity,
            dedup=paper.dedup,
        )

    def _text(self, paper: SealedPaper, row: DocumentRow) -> TextRow:
        words, leaf = paper.sorted.words, _text_leaf(row)
        return seal_text(self.vault.records, row, leaf, words, FIRST_VERSION)

    def _log(
        self, act: Act, paper: SealedPaper, row: DocumentRow, version: VersionRow
    ) -> None:
        text = {"text": _text_leaf(row)} if paper.sorted.words else {}
        stated = document_statement(row, matters_of(paper.sorted.fields))
        act.log(
            INGESTED,
            objects=(row.id.hex(),),
            cipher=version.cipher_sha256.hex(),
            facts={**stated, "rule": paper.sorted.rule, **text},
        )

    def _ingested(self, paper: SealedPaper) -> Ingested:
        owner, code = self.owners[paper.waiting.owner], short_code("D", paper.document)
        return Ingested.of(paper.waiting, owner, paper.sorted, code=code)


def _text_leaf(row: DocumentRow) -> int:
    return row.leaf + 1
