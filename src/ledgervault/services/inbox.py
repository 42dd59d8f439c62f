"""The in tray: what needs a person, why, and what each paper might be."""

import dataclasses
from collections import Counter
from collections.abc import Mapping

from ledgervault.domain.tray import REASONS
from ledgervault.errors import UsageInvalid
from ledgervault.services.tray import Waiting, propose, waiting_papers
from ledgervault.vault.authority import authorise
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class InboxRequest:
    """Which part of the in tray; `limit` 0 means all."""

    reason: str | None = None
    limit: int = 100
    after: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Inbox:
    """One page, the counts of the whole tray, and the cursor of the next page.

    A paper that waits for several reasons is counted once, by the most pressing.
    """

    papers: tuple[Waiting, ...]
    counts: Mapping[str, int]
    next: str | None
    reviewed: int  # filings the suggestions were learned from

    @property
    def total(self) -> int:
        """Return how many papers wait."""
        return sum(self.counts.values())


def list_inbox(vault: Vault, request: InboxRequest) -> Inbox:
    """Return a page of the in tray with suggestions, oldest ingest first."""
    authorise(vault, "inbox")
    _verify(request)
    counts: Counter[str] = Counter()
    page, has_more = _page(vault, request, counts)
    proposals = propose(vault, page)
    facts = {"count": len(page), "reviewed": proposals.reviewed}
    vault.note("inbox.listed", facts=facts)
    return Inbox(
        papers=proposals.papers,
        counts={reason: counts[reason] for reason in REASONS if counts[reason]},
        next=str(page[-1].view.row.ordinal) if has_more else None,
        reviewed=proposals.reviewed,
    )


def _page(
    vault: Vault, request: InboxRequest, counts: Counter[str]
) -> tuple[list[Waiting], bool]:
    """Count the whole tray; return the page asked for and whether more follow."""
    after = int(request.after) if request.after else -1
    page: list[Waiting] = []
    has_more = False
    for paper in waiting_papers(vault, "inbox"):
        reason = paper.reasons[0]
        counts[reason] += 1
        if paper.view.row.ordinal <= after or request.reason not in (None, reason):
            continue
        if request.limit and len(page) == request.limit:
            has_more = True
        else:
            page.append(paper)
    return page, has_more


def _verify(request: InboxRequest) -> None:
    if request.reason is not None and request.reason not in REASONS:
        raise UsageInvalid(
            f"no paper waits for that reason: {request.reason[:40]!r}",
            hint="one of " + ", ".join(REASONS),
        )
    after = request.after
    if after is not None and not (after.isascii() and after.isdigit()):
        raise UsageInvalid(
            "not a cursor", hint="pass the value of `next` from the page before"
        )
