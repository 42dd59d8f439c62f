"""Verify: log, rows against their signed facts, ciphertext, and that keys open."""

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotAuthorised
from ledgervault.ids import DocumentId, short_code
from ledgervault.ports.rows import DocumentFilter, DocumentRow, VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.contents import document_key
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.opened import Vault

PAGE = 2000
THREADS = 2  # hashing releases the interpreter
Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Bad:
    """A document that is not what was kept."""

    id: str
    code: str
    problem: str


@dataclasses.dataclass(slots=True)
class VerifyReport:
    """What was checked and what was found wrong."""

    documents: int = 0
    bytes: int = 0
    bad: list[Bad] = dataclasses.field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Say whether nothing was found wrong."""
        return not self.bad


def verify_vault(vault: Vault, *, reads_data: bool, progress: Progress) -> VerifyReport:
    """Check every document; `reads_data` also reads every byte of ciphertext.

    With the acting user's grants each document key is unwrapped too, so a wrap
    that was exchanged shows. Bytes are compared with the SHA-256 in the signed
    ingest event, not with the catalogue's copy of it.
    """
    evidence = gather_evidence(vault)
    report = VerifyReport()
    versions: dict[DocumentId, list[VersionRow]] = {}
    for version in vault.catalogue.all_versions():
        versions.setdefault(version.document_id, []).append(version)
    rows = _rows(vault)
    good = [row for row in rows if _row_is_good(vault, evidence, report, row, versions)]
    wanted = [version for row in good for version in versions[row.id]]
    if reads_data:
        _read_all(vault, evidence, report, wanted, progress)
    report.documents = len(rows)
    vault.note(
        "vault.verified",
        facts={"documents": report.documents, "bad": len(report.bad)},
    )
    return report


def _rows(vault: Vault) -> list[DocumentRow]:
    rows: list[DocumentRow] = []
    after = -1
    wanted = DocumentFilter(state="active")
    while page := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        rows.extend(page)
        after = page[-1].ordinal
    return rows


def _row_is_good(
    vault: Vault,
    evidence: Evidence,
    report: VerifyReport,
    row: DocumentRow,
    versions: dict[DocumentId, list[VersionRow]],
) -> bool:
    try:
        evidence.verify(row)
        if row.id not in versions:
            raise IntegrityViolated("its content is not in the catalogue")
        for version in versions[row.id]:
            document_key(vault, row, version)
    except NotAuthorised:
        return True
    except LedgerVaultError as error:
        report.bad.append(Bad(row.code, error.code, error.message))
        return False
    return True


def _read_all(
    vault: Vault,
    evidence: Evidence,
    report: VerifyReport,
    versions: Sequence[VersionRow],
    progress: Progress,
) -> None:
    ordered = sorted(versions, key=lambda version: (version.pack, version.offset))
    with ThreadPoolExecutor(THREADS) as pool:
        checks = pool.map(lambda version: _check(vault, evidence, version), ordered)
        for done, (version, bad) in enumerate(zip(ordered, checks, strict=True), 1):
            report.bytes += version.length
            if bad is not None:
                report.bad.append(bad)
            progress(done, len(ordered))


def _check(vault: Vault, evidence: Evidence, version: VersionRow) -> Bad | None:
    code = short_code("D", version.document_id)
    try:
        digest = hashlib.sha256()
        extent = Extent(version.pack, version.offset, version.length)
        for piece in vault.stores.packs.chunks(extent):
            digest.update(piece)
    except LedgerVaultError as error:
        return Bad(code, error.code, error.message)
    signed = evidence.ciphers.get(version.document_id.hex())
    if digest.hexdigest() != signed:
        return Bad(
            code, "blob.changed", "the stored bytes are not those that were signed for"
        )
    return None
