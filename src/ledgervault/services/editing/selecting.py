"""From what a person named to one request for each paper."""

import dataclasses
from collections.abc import Iterator

from ledgervault.domain.suggestions import Suggestion
from ledgervault.errors import LedgerVaultError, NotFound
from ledgervault.services.editing.requests import (
    ACCEPTED,
    EditRequest,
    Failed,
    Selection,
)
from ledgervault.services.suggesting import learn_from_reviews
from ledgervault.services.tray import propose, waiting_papers
from ledgervault.vault.authority import authorise_paper
from ledgervault.vault.finding import client_codes, get_document
from ledgervault.vault.opened import Vault
from ledgervault.vault.views import DocumentView, open_view

Item = tuple[str, EditRequest] | Failed


def select(vault: Vault, selection: Selection, request: EditRequest) -> Iterator[Item]:
    """Yield each selected paper with what is asked of it."""
    if selection.from_inbox:
        yield from _from_inbox(vault, selection, request)
    elif request.accepts:
        yield from _suggested(vault, selection, request)
    else:
        yield from ((name, request) for name in selection.names)


def _from_inbox(
    vault: Vault, selection: Selection, request: EditRequest
) -> Iterator[Item]:
    for paper in propose(vault, list(waiting_papers(vault, "edit"))).papers:
        found = paper.suggestion
        if found is None or found.confidence < selection.least:
            continue
        if selection.suggested in (None, found.series):
            asked = request
            if request.accepts:
                asked = _accepting(request, found, selection.least)
            yield paper.view.row.code, asked


def _suggested(
    vault: Vault, selection: Selection, request: EditRequest
) -> Iterator[Item]:
    views: list[DocumentView] = []
    for name in selection.names:
        try:
            row = get_document(vault, name)
            authorise_paper(vault, "edit", row)
            views.append(open_view(vault, row, client_codes(vault)))
        except LedgerVaultError as error:
            yield Failed(name, error)
    found = learn_from_reviews(vault).suggest(views)
    for view, one in zip(views, found, strict=True):
        is_wanted = one is not None and selection.suggested in (None, one.series)
        if one is None or one.confidence < selection.least or not is_wanted:
            yield Failed(view.row.code, _nothing())
        else:
            yield view.row.code, _accepting(request, one, selection.least)


def _accepting(request: EditRequest, found: Suggestion, least: float) -> EditRequest:
    return dataclasses.replace(
        request,
        accepts=False,
        series=found.series,
        type=found.type if found.type_confidence >= least else None,
        confidence=found.confidence,
        reason=request.reason or ACCEPTED,
    )


def _nothing() -> NotFound:
    return NotFound(
        "nothing is suggested that is sure enough",
        hint="name the series: vault edit ID --series SERIES",
        code="suggestion.none",
    )
