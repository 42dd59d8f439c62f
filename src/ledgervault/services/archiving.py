"""Close the folders of a period: check every paper, list them, lock the folder.

The custody register (保管清册) is the list; checks are those of DA/T 70-2018
that software can make here: the rest is said to be not checked. What may not be
kept in electronic form alone needs a paper copy whose place is known.
"""

import dataclasses

from ledgervault.domain.archiving import PAPER_PLACE, is_paper_needed
from ledgervault.domain.clients import Client
from ledgervault.errors import LedgerVaultError, PolicyRefusal, UsageInvalid
from ledgervault.ports.rows import DocumentFilter, DocumentRow, FolderRow
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.finding import get_client, visible_clients
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.truth import verify_document_row
from ledgervault.vault.writing import writing

FOLDER_LIMIT = 1 << 17
NOT_CHECKED = ("third-party seals", "virus scan", "paper copies")
NO_PAPER = (
    "no place of its paper copy is recorded, and it may not be kept in electronic form "
    "alone; state it: vault edit ID --fact paper_location=PLACE"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """A folder and what closing it found."""

    folder: FolderRow
    client: str
    period: str
    documents: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]  # a document, and what is wrong with it
    is_closed: bool


def archive_folders(
    vault: Vault, *, client: str | None, period: str | None, is_dry_run: bool
) -> list[Closed]:
    """Check and close open folders; a folder with a problem stays open."""
    authorise(vault, "archive")
    if client is None and period is None:
        raise UsageInvalid(
            "name what to close", hint="vault archive --client C001 --period 2025"
        )
    if is_dry_run:
        return [_check(vault, *wanted) for wanted in _wanted(vault, client, period)]
    with writing(vault, "archive"):
        return [_close(vault, *wanted) for wanted in _wanted(vault, client, period)]


def _wanted(
    vault: Vault, client: str | None, period: str | None
) -> list[tuple[FolderRow, Client, str]]:
    clients = [get_client(vault, client)] if client else visible_clients(vault)
    found = []
    for row, known in clients:
        for folder in vault.catalogue.folders(row.id):
            if folder.state != "open":
                continue
            label = vault.records.folder_facts(folder)["period"]
            if period is None or label in (period, f"FY{period}"):
                found.append((folder, known, label))
    return found


def _check(vault: Vault, folder: FolderRow, client: Client, period: str) -> Closed:
    rows = _documents(vault, folder)
    needs_paper = is_paper_needed(folder.series, policy_for(client, vault.policy))
    problems = []
    for row in rows:
        try:
            authorise_paper(vault, "archive", row)
            verify_document_row(vault, row)
            for _piece in open_content(vault, row, latest_version(vault, row)):
                pass
            if needs_paper:
                _verify_paper_copy(vault, row)
        except LedgerVaultError as error:
            problems.append((row.code, error.message))
    codes = tuple(row.code for row in rows)
    return Closed(folder, client.code, period, codes, tuple(problems), False)


def _verify_paper_copy(vault: Vault, row: DocumentRow) -> None:
    if not vault.records.open_document(row).facts.get(PAPER_PLACE, "").strip():
        raise PolicyRefusal(NO_PAPER, code="archive.electronic-only")


def _close(vault: Vault, folder: FolderRow, client: Client, period: str) -> Closed:
    checked = _check(vault, folder, client, period)
    if checked.problems:
        return checked
    version = folder.row_version + 1
    fresh = dataclasses.replace(folder, state="archived", row_version=version)
    with vault.act() as act:
        act.tx.update_folders([fresh])
        act.log(
            "folder.archived",
            objects=(folder.id.hex(),),
            facts={"documents": len(checked.documents), "series": folder.series},
        )
    return dataclasses.replace(checked, folder=fresh, is_closed=True)


def _documents(vault: Vault, folder: FolderRow) -> list[DocumentRow]:
    wanted = DocumentFilter(folder_id=folder.id, state="active")
    return list(vault.catalogue.documents(wanted, after=-1, limit=FOLDER_LIMIT))
