"""List and search: details are opened here, by the reader, never by the store."""

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence

from ledgervault.errors import UsageInvalid
from ledgervault.ids import DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow, TextRow
from ledgervault.vault.artefacts import open_text, texts_by_document, unpack_words
from ledgervault.vault.authority import authorise, permitting
from ledgervault.vault.finding import client_codes, get_client
from ledgervault.vault.opened import Vault
from ledgervault.vault.proven_rows import verify_document_rows
from ledgervault.vault.views import DocumentView, open_view

PAGE = 500


@dataclasses.dataclass(frozen=True, slots=True)
class ListRequest:
    """Filters of a listing; `limit` 0 means all."""

    client: str | None = None
    series: str | None = None
    level: str | None = None
    period: str | None = None
    type: str | None = None
    is_inbox: bool = False
    with_destroyed: bool = False
    limit: int = 100
    after: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """One page and the cursor of the next."""

    documents: tuple[DocumentView, ...]
    next: str | None


def list_documents(vault: Vault, request: ListRequest) -> Listing:
    """Return the documents the acting user may see, oldest ingest first."""
    authorise(vault, "list")
    listing = _page(vault, request, None, "list")
    verify_document_rows(vault, [view.row for view in listing.documents])
    vault.note("documents.listed", facts={"count": len(listing.documents)})
    return listing


def search_documents(vault: Vault, request: ListRequest, query: str) -> Listing:
    """Return documents whose sealed details or kept text hold every word asked for."""
    authorise(vault, "search")
    words = [_fold(word) for word in query.split()]
    if not words:
        raise UsageInvalid("nothing to search for", hint="vault search 发票 2026")
    listing = _page(vault, request, _Finder(vault, words), "search")
    verify_document_rows(vault, [view.row for view in listing.documents])
    vault.note("documents.searched", facts={"count": len(listing.documents)})
    return listing


class _Finder:
    """Looks in what is said of a document, then in its text for what is missing."""

    def __init__(self, vault: Vault, words: Sequence[str]) -> None:
        self._vault = vault
        self._words = words
        self._texts: dict[DocumentId, TextRow] = {}

    def prepare(self, rows: Sequence[DocumentRow]) -> None:
        """Read the sealed texts of a page, which is one query and not many."""
        self._texts = texts_by_document(self._vault.catalogue, rows)

    def is_match(self, view: DocumentView) -> bool:
        """Say whether a document holds every word."""
        if view.details is None:
            return False
        said = _fold(_said_of(view))
        missing = [word for word in self._words if word not in said]
        text = self._texts.get(view.row.id)
        if not missing or text is None:
            return not missing
        packed = open_text(self._vault.records, view.row, text)
        kept = _fold(unpack_words(packed).text)
        return all(word in kept for word in missing)


def _page(
    vault: Vault, request: ListRequest, finder: _Finder | None, operation: str
) -> Listing:
    found: list[DocumentView] = []
    for view in _views(vault, request, finder, operation):
        if not _passes(view, request) or (finder and not finder.is_match(view)):
            continue
        if request.limit and len(found) == request.limit:
            return Listing(tuple(found), str(found[-1].row.ordinal))
        found.append(view)
    return Listing(tuple(found), None)


def _views(
    vault: Vault, request: ListRequest, finder: _Finder | None, operation: str
) -> Iterator[DocumentView]:
    codes = client_codes(vault)
    client_id = get_client(vault, request.client)[0].id if request.client else None
    wanted = DocumentFilter(
        client_id=client_id,
        series=request.series,
        state=None if request.with_destroyed else "active",
    )
    after = _cursor(request.after)
    size = min(request.limit + 1, PAGE) if request.limit else PAGE
    may = permitting(vault, operation)
    while rows := vault.catalogue.documents(wanted, after=after, limit=size):
        if finder:
            finder.prepare(rows)
        for row in rows:
            if row.client_id in codes and may(row):
                yield open_view(vault, row, codes)
        after = rows[-1].ordinal


def _passes(view: DocumentView, request: ListRequest) -> bool:
    shown = view.details
    if shown is None:
        return not (request.level or request.period or request.type or request.is_inbox)
    return (
        (request.level is None or shown.level == request.level)
        and (request.type is None or shown.type == request.type)
        and (request.period is None or (shown.period or "").startswith(request.period))
        and (not request.is_inbox or shown.is_inbox)
    )


def _said_of(view: DocumentView) -> str:
    shown = view.details
    if shown is None:
        return ""
    fields = " ".join((*shown.fields.values(), *shown.facts.values()))
    return (
        f"{shown.title}\n{shown.name}\n{shown.path}\n{shown.type}\n{view.row.series}\n"
        f"{shown.period}\n{view.client}\n{fields}"
    )


def _fold(text: str) -> str:
    # Plain letters need no folding of forms, which costs ten times the lowering.
    return text.lower() if text.isascii() else _fold_forms(text)


def _fold_forms(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _cursor(after: str | None) -> int:
    if after is None:
        return -1
    if not (after.isascii() and after.isdigit()):
        raise UsageInvalid(
            "not a cursor", hint="pass the value of `next` from the page before"
        )
    return int(after)
