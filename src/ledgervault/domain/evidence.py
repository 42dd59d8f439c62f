"""How much a test that held says of a paper, and how sure that makes a series.

A name is what somebody once called a file; a title is what the paper calls itself.
Where rules disagree, the stronger evidence wins, then the order of the packs.
"""

import enum
import functools

EMPTY = "application/x-empty"
# Types that no paper has whose name claims pages, pictures or structure.
_PLAIN_TYPES = frozenset((EMPTY, "text/plain", "text/html", "text/csv"))
_CLAIMING = (".pdf", ".ofd", ".xml", ".xlsx", ".docx", ".zip")
_CLAIMING_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp")


class Evidence(enum.IntFlag):
    """Kinds of evidence, the weakest first; together they are joined by `|`."""

    NOTHING = 0
    CIRCUMSTANCE = 1  # its type, its size, whose paper it is
    NAME = 2
    TEXT = 4
    TITLE = 8
    STRUCTURE = 16


_BY_STRENGTH = (
    (Evidence.STRUCTURE, 0.99),
    (Evidence.TITLE, 0.9),
    (Evidence.TEXT, 0.8),
    (Evidence.NAME, 0.6),
    (Evidence.CIRCUMSTANCE, 0.4),
)
_AGREEING = 0.05  # more, where the name says the same as the content


@functools.cache
def strength_of(evidence: Evidence) -> tuple[Evidence, bool]:
    """Return the strongest kind, and whether a name agrees with it: comparable."""
    strongest = next((kind for kind, _sure in _BY_STRENGTH if kind & evidence), None)
    return strongest or Evidence.NOTHING, bool(evidence & Evidence.NAME)


@functools.cache
def confidence_of(evidence: Evidence) -> float:
    """Return how sure evidence makes a series, between 0 and 1."""
    strongest, is_named = strength_of(evidence)
    sure = dict(_BY_STRENGTH).get(strongest, 0.0)
    agrees = is_named and strongest in (Evidence.TITLE, Evidence.TEXT)
    return round(sure + _AGREEING, 2) if agrees else sure


def is_name_honest(name: str, mime: str) -> bool:
    """Say whether content may be what the name claims.

    A page of a website saved under the name of an invoice is no invoice.
    """
    if mime == EMPTY:
        return False
    claims = name.casefold().endswith((*_CLAIMING, *_CLAIMING_PICTURES))
    return not (claims and mime in _PLAIN_TYPES)
