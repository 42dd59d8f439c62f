"""Verify: log, rows against their signed facts, ciphertext, and that keys open."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from ledgervault.domain.entitlement import ANSWERING_FOR_ALL
from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotAuthorised
from ledgervault.ids import DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.artefacts import texts_by_document, verify_text
from ledgervault.vault.authority import authorise
from ledgervault.vault.contents import document_key, in_shares
from ledgervault.vault.evidence import Evidence, gather_evidence
from ledgervault.vault.finding import visible
from ledgervault.vault.forking import Copies
from ledgervault.vault.opened import Vault

PAGE = 2000
TEXTS = 200  # checked between two results of the copies
Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Bad:
    """A document that is not what was kept."""

    id: str
    code: str
    problem: str


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a look at one document's keys and bytes found."""

    document: DocumentId
    bytes: int = 0
    digests: tuple[str, ...] = ()
    bad: Bad | None = None
    is_opened: bool = True


@dataclasses.dataclass(slots=True)
class VerifyReport:
    """What was checked and what was found wrong."""

    documents: int = 0
    bytes: int = 0
    unopened: int = 0  # whose keys this user cannot try
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
    authorise(vault, "verify")
    rows, versions = _rows(vault), _versions(vault)

    def look(part: Sequence[DocumentRow]) -> list[Seen]:
        return [
            _look(vault, row, versions.get(row.id, ()), reads_data=reads_data)
            for row in part
        ]

    shares = in_shares(vault, rows, versions)
    with Copies(shares, look, in_copy=vault.keychain.detach) as copies:
        evidence = gather_evidence(vault)
        # Only this process may ask the catalogue: texts are checked between results.
        texts = _bad_texts(vault, evidence, rows)
        bad_texts: list[Bad] = []
        seen: dict[DocumentId, Seen] = {}
        for part in copies.results():
            seen |= {each.document: each for each in part}
            progress(len(seen), len(rows))
            bad_texts += next(texts, [])
    report = _judge(evidence, rows, seen)
    report.bad += [*bad_texts, *(bad for page in texts for bad in page)]
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
    # Whoever serves some clients verifies theirs: a count would tell of the others.
    return rows if vault.me.roles & ANSWERING_FOR_ALL else visible(vault, rows)


def _versions(vault: Vault) -> dict[DocumentId, list[VersionRow]]:
    versions: dict[DocumentId, list[VersionRow]] = {}
    for version in vault.catalogue.all_versions():
        versions.setdefault(version.document_id, []).append(version)
    return versions


def _look(
    vault: Vault,
    row: DocumentRow,
    versions: Sequence[VersionRow],
    *,
    reads_data: bool,
) -> Seen:
    try:
        if not versions:
            raise IntegrityViolated("its content is not in the catalogue")
        tried = [_try_key(vault, row, version) for version in versions]
        is_opened = all(tried)
        if not reads_data:
            return Seen(row.id, is_opened=is_opened)
        digests = tuple(_digest(vault, version) for version in versions)
        size = sum(version.length for version in versions)
        return Seen(row.id, size, digests, is_opened=is_opened)
    except LedgerVaultError as error:
        return Seen(row.id, bad=Bad(row.code, error.code, error.message))


def _try_key(vault: Vault, row: DocumentRow, version: VersionRow) -> bool:
    """Unwrap a key; without a grant at least see that the ring still has its half."""
    try:
        document_key(vault, row, version)
    except NotAuthorised:
        with contextlib.suppress(NotAuthorised):
            vault.ring.shred_key(row.client_id, row.folder_id, row.leaf)
        return False
    return True


def _digest(vault: Vault, version: VersionRow) -> str:
    digest = hashlib.sha256()
    extent = Extent(version.pack, version.offset, version.length)
    for piece in vault.stores.packs.chunks(extent):
        digest.update(piece)
    return digest.hexdigest()


def _bad_texts(
    vault: Vault, evidence: Evidence, rows: Sequence[DocumentRow]
) -> Iterator[list[Bad]]:
    for start in range(0, len(rows), TEXTS):
        part = rows[start : start + TEXTS]
        texts = texts_by_document(vault.catalogue, part)
        bad = []
        for row in part:
            leaf = evidence.texts.get(row.id.hex())
            try:
                verify_text(vault.records, row, texts.get(row.id), leaf)
            except LedgerVaultError as error:
                bad.append(Bad(row.code, error.code, error.message))
        yield bad


def _judge(
    evidence: Evidence, rows: Sequence[DocumentRow], seen: Mapping[DocumentId, Seen]
) -> VerifyReport:
    report = VerifyReport(documents=len(rows))
    for row in rows:
        found = seen[row.id]
        report.bytes += found.bytes
        report.unopened += not found.is_opened
        try:
            evidence.verify(row)
            _verify_digests(evidence, row, found.digests)
        except LedgerVaultError as error:
            report.bad.append(Bad(row.code, error.code, error.message))
        else:
            report.bad += [found.bad] if found.bad else []
    return report


def _verify_digests(
    evidence: Evidence, row: DocumentRow, digests: Sequence[str]
) -> None:
    signed = evidence.ciphers.get(row.id.hex())
    if any(digest != signed for digest in digests):
        raise IntegrityViolated(
            "the stored bytes are not those that were signed for", code="blob.changed"
        )
