"""Verify: log, rows against their signed facts, ciphertext, and that keys open."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence

from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotAuthorised
from ledgervault.ids import DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.contents import document_key, warm_keys
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.forking import in_processes
from ledgervault.vault.opened import Vault

PAGE = 2000
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
    warm_keys(vault, rows)

    def check(part: Sequence[DocumentRow]) -> tuple[int, list[Bad]]:
        return _check_all(vault, evidence, part, versions, reads_data=reads_data)

    for read, bad in in_processes(rows, check):
        report.bytes += read
        report.bad += bad
    progress(len(rows), len(rows))
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


def _check_all(
    vault: Vault,
    evidence: Evidence,
    rows: Sequence[DocumentRow],
    versions: Mapping[DocumentId, Sequence[VersionRow]],
    *,
    reads_data: bool,
) -> tuple[int, list[Bad]]:
    bad: list[Bad] = []
    read = 0
    for row in rows:
        try:
            evidence.verify(row)
            read += _check(
                vault, evidence, row, versions.get(row.id, ()), reads_data=reads_data
            )
        except LedgerVaultError as error:
            bad.append(Bad(row.code, error.code, error.message))
    return read, bad


def _check(
    vault: Vault,
    evidence: Evidence,
    row: DocumentRow,
    versions: Sequence[VersionRow],
    *,
    reads_data: bool,
) -> int:
    if not versions:
        raise IntegrityViolated("its content is not in the catalogue")
    for version in versions:
        with contextlib.suppress(NotAuthorised):
            document_key(vault, row, version)
        if reads_data:
            _verify_bytes(vault, evidence, version)
    return sum(version.length for version in versions) if reads_data else 0


def _verify_bytes(vault: Vault, evidence: Evidence, version: VersionRow) -> None:
    digest = hashlib.sha256()
    for piece in vault.stores.packs.chunks(
        Extent(version.pack, version.offset, version.length)
    ):
        digest.update(piece)
    if digest.hexdigest() != evidence.ciphers.get(version.document_id.hex()):
        raise IntegrityViolated(
            "the stored bytes are not those that were signed for", code="blob.changed"
        )
