"""Why a paper waits in the in tray, and what it says of its client by itself."""

import unicodedata
from collections.abc import Iterable

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import UNCLASSIFIED

NO_SERIES = "unclassified"
NO_CLIENT = "unknown client"
NO_PERIOD = "unknown period"
UNSURE = "low confidence"
UNCONFIRMED = "not confirmed"
REASONS = (NO_SERIES, NO_CLIENT, NO_PERIOD, UNSURE, UNCONFIRMED)
SURE_ENOUGH = 0.5  # a name alone is enough; the kind of file alone is not
# Shorter names stand in papers by chance.
_SHORTEST, _SHORTEST_ASCII = 2, 4


def reasons_of(series: str, details: DocumentDetails) -> tuple[str, ...]:
    """Return what a person must settle before a paper is filed; most pressing first."""
    unsure = details.confidence is not None and details.confidence < SURE_ENOUGH
    asked = (
        (NO_SERIES, series == UNCLASSIFIED),
        (NO_CLIENT, not details.has_client),
        (NO_PERIOD, details.period is None),
        (UNSURE, unsure),
    )
    return tuple(reason for reason, is_so in asked if is_so)


def named_client(said: str, clients: Iterable[Client]) -> str | None:
    """Return the code of the only client whose name is said; else None."""
    said = _folded(said)
    named = {
        client.code
        for client in clients
        for name in (client.name, *client.folders)
        if _is_telling(name) and _folded(name) in said
    }
    return named.pop() if len(named) == 1 else None


def _is_telling(name: str) -> bool:
    return len(name) >= (_SHORTEST_ASCII if name.isascii() else _SHORTEST)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
