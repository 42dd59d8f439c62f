"""The in tray as the acting user sees it: papers that wait, and what each might be.

Not a use case: the in tray is listed by one and resolved by another.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.periods import infer_period
from ledgervault.domain.suggestions import Suggestion
from ledgervault.domain.tray import (
    NO_CLIENT,
    NO_PERIOD,
    NO_SERIES,
    UNCONFIRMED,
    UNSURE,
    named_client,
    reasons_of,
)
from ledgervault.ports.rows import DocumentFilter
from ledgervault.services.suggesting import first_words, learn_from_reviews
from ledgervault.vault.authority import permitting
from ledgervault.vault.finding import client_codes, visible_clients
from ledgervault.vault.opened import Vault
from ledgervault.vault.views import DocumentView, open_view

PAGE = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """A paper in the in tray, why it waits, and what it might be."""

    view: DocumentView
    details: DocumentDetails
    reasons: tuple[str, ...]
    suggestion: Suggestion | None = None
    client: str | None = None  # proposed: the only client whose name it states
    period: str | None = None  # proposed: what its first words state


@dataclasses.dataclass(frozen=True, slots=True)
class Proposals:
    """Papers with their proposals, and how many reviewed filings were learned from."""

    papers: tuple[Waiting, ...]
    reviewed: int


def waiting_papers(vault: Vault, operation: str) -> Iterator[Waiting]:
    """Yield every paper in the in tray that the acting user may have, oldest first."""
    codes = client_codes(vault)
    vault.records.read_ahead()
    may = permitting(vault, operation)
    wanted, after = DocumentFilter(state="active"), -1
    while rows := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        for row in rows:
            if row.client_id in codes and may(row):
                paper = waiting_paper(open_view(vault, row, codes))
                if paper is not None:
                    yield paper
        after = rows[-1].ordinal


def waiting_paper(view: DocumentView) -> Waiting | None:
    """Return a paper with its reasons if it is in the in tray and can be opened."""
    details = view.details
    if details is None or not details.is_inbox:
        return None
    reasons = reasons_of(view.row.series, details) or (UNCONFIRMED,)
    return Waiting(view, details, reasons)


def propose(vault: Vault, papers: Sequence[Waiting]) -> Proposals:
    """Add to each paper what is suggested for what it lacks."""
    # Learning costs a look at every reviewed filing: only when somebody asks.
    lesson = learn_from_reviews(vault) if any(map(_lacks_series, papers)) else None
    views = [paper.view for paper in papers]
    found = lesson.suggest(views) if lesson else [None] * len(views)
    clients = [known for row, known in visible_clients(vault) if not row.is_agency]
    words = first_words(vault, [view.row for view in views])
    proposed = [
        _proposed(paper, suggestion, clients, words.get(paper.view.row.id, ""))
        for paper, suggestion in zip(papers, found, strict=True)
    ]
    return Proposals(tuple(proposed), lesson.reviewed if lesson else 0)


def _proposed(
    paper: Waiting, suggestion: Suggestion | None, clients: Sequence[Client], words: str
) -> Waiting:
    lacks, details = paper.reasons, paper.details
    said = f"{details.name}\n{details.path}\n{words}"
    return dataclasses.replace(
        paper,
        suggestion=suggestion if _lacks_series(paper) else None,
        client=named_client(said, clients) if NO_CLIENT in lacks else None,
        period=infer_period(words, "", {}) if NO_PERIOD in lacks else None,
    )


def _lacks_series(paper: Waiting) -> bool:
    return NO_SERIES in paper.reasons or UNSURE in paper.reasons
