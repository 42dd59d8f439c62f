"""Get documents out: every byte authenticated before a file has its name."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import BinaryIO

from ledgervault.errors import (
    IntegrityViolated,
    LedgerVaultError,
    NotFound,
    UsageInvalid,
)
from ledgervault.ids import DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, VersionRow
from ledgervault.vault.authority import authorise, authorise_paper, permitting
from ledgervault.vault.contents import in_shares, latest_version, open_content
from ledgervault.vault.evidence import gather_evidence
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.forking import Copies
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import verify_document_row

Progress = Callable[[int, int], None]
PAGE = 1000
WHOLE_BYTES = 4 << 20  # a paper up to this is written in one call
MANY = 100
WHOLE_BYTES = 32 << 20  # what a stream gets only after all of it is authenticated
READS_PER_EVENT = 500  # an entry stays under 64 KiB


@dataclasses.dataclass(frozen=True, slots=True)
class Retrieved:
    """A document handed out, and where it went."""

    id: str
    path: str
    size: int


@dataclasses.dataclass(slots=True)
class RetrieveReport:
    """What was handed out and what was not."""

    retrieved: list[Retrieved] = dataclasses.field(default_factory=list)
    failed: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)


Missing = list[tuple[str, str, str]]  # what was asked for, error code, message


def find_documents(
    vault: Vault, names: Sequence[str], *, client: str | None, everything: bool
) -> tuple[list[DocumentRow], Missing]:
    """Resolve what a user asked for to rows whose facts the log confirms.

    Of several names those that lead nowhere are returned beside the rows; a single
    one raises NotFound or UsageInvalid.
    """
    authorise(vault, "get")
    if everything or client is not None:
        rows = _all(vault, client)
        evidence = gather_evidence(vault)
        for row in rows:
            evidence.verify(row)
        return rows, []
    found: list[DocumentRow] = []
    missing: Missing = []
    for name in dict.fromkeys(names):
        try:
            found.append(_find(vault, name))
        except (NotFound, UsageInvalid) as error:
            missing.append((name[:40], error.code, error.message))
            if len(names) == 1:
                raise
    return found, missing


def _find(vault: Vault, name: str) -> DocumentRow:
    row = get_document(vault, name)
    authorise_paper(vault, "get", row)
    verify_document_row(vault, row)
    if row.state != "active":
        raise NotFound(
            f"{row.code} was destroyed",
            hint="`vault disposal list` names the certificate",
            code="destroyed",
        )
    return row


def retrieve_to_directory(
    vault: Vault, rows: Sequence[DocumentRow], directory: str, *, progress: Progress
) -> RetrieveReport:
    """Write each document under a safe name into a directory; go on past failures."""
    authorise(vault, "get")
    _log_reads(vault, rows)
    versions = _versions(vault, rows)

    def write(part: Sequence[DocumentRow]) -> RetrieveReport:
        report = RetrieveReport()
        for row in part:
            try:
                report.retrieved.append(_write(vault, row, versions, directory))
            except LedgerVaultError as error:
                report.failed.append((row.code, error.code, error.message))
        return report

    whole = RetrieveReport()
    shares = in_shares(vault, rows, versions)
    with Copies(shares, write, in_copy=vault.keychain.detach) as copies:
        for part in copies.results():
            whole.retrieved += part.retrieved
            whole.failed += part.failed
            progress(len(whole.retrieved) + len(whole.failed), len(rows))
    return whole


def retrieve_to_file(
    vault: Vault, row: DocumentRow, directory: str, name: str
) -> Retrieved:
    """Write one document under exactly the name asked for."""
    authorise(vault, "get")
    _log_reads(vault, [row])
    versions = {row.id: [latest_version(vault, row)]}
    return _write(vault, row, versions, directory, name=name)


def retrieve_to_stream(vault: Vault, row: DocumentRow, sink: BinaryIO) -> int:
    """Write one document to a stream; small ones only after all is authenticated.

    A large one goes out piece by piece, each authenticated, its end checked first.
    """
    authorise(vault, "get")
    _log_reads(vault, [row])
    version = latest_version(vault, row)
    pieces: Iterable[bytes] = open_content(vault, row, version)
    if version.length <= WHOLE_BYTES:
        pieces = list(pieces)
    return sum(sink.write(piece) for piece in pieces)


def _all(vault: Vault, client: str | None) -> list[DocumentRow]:
    client_id = get_client(vault, client)[0].id if client else None
    wanted = DocumentFilter(client_id=client_id, state="active")
    rows: list[DocumentRow] = []
    after = -1
    may = permitting(vault, "get")
    while page := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        rows.extend(row for row in page if may(row))
        after = page[-1].ordinal
    return rows


def _log_reads(vault: Vault, rows: Sequence[DocumentRow]) -> None:
    may = permitting(vault, "get")
    for row in rows:
        if not may(row):
            authorise_paper(vault, "get", row)
    with vault.act() as act:
        for start in range(0, len(rows), READS_PER_EVENT):
            part = rows[start : start + READS_PER_EVENT]
            act.log("document.read", objects=tuple(row.id.hex() for row in part))


def _versions(
    vault: Vault, rows: Sequence[DocumentRow]
) -> dict[DocumentId, list[VersionRow]]:
    if len(rows) < MANY:
        return {row.id: [latest_version(vault, row)] for row in rows}
    # One query for all; versions come in order, so the last of each is the newest.
    found: dict[DocumentId, list[VersionRow]] = {}
    for version in vault.catalogue.all_versions():
        found.setdefault(version.document_id, []).append(version)
    return found


def _write(
    vault: Vault,
    row: DocumentRow,
    versions: Mapping[DocumentId, Sequence[VersionRow]],
    directory: str,
    *,
    name: str | None = None,
) -> Retrieved:
    if not versions.get(row.id):
        raise IntegrityViolated(f"{row.code} has no stored content")
    version = versions[row.id][-1]
    details = vault.records.open_document(row)
    wanted = name or vault.stores.envelopes.safe_name(details.name, fallback=row.code)
    delivery = vault.stores.deliveries.create(
        directory, wanted, may_number=name is None, is_durable=name is not None
    )
    size = 0
    pieces = open_content(vault, row, version)
    try:
        for piece in pieces if details.size > WHOLE_BYTES else [b"".join(pieces)]:
            size += delivery.write(piece)
        return Retrieved(row.code, delivery.finish(), size)
    except BaseException:
        delivery.abandon()
        raise
