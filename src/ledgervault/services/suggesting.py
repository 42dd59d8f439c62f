"""What the acting user's own reviewed filings suggest for papers that wait.

Not a use case: the in tray, an edit and a page ask it. A model is made for one command
from details that this identity can open, lives in memory, and is never kept: what was
destroyed, moved out of reach or not granted has no part in it.
"""

import dataclasses
import functools
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.policy import UNCLASSIFIED, PolicySet
from ledgervault.domain.suggestion_traits import Traits
from ledgervault.domain.suggestions import Reviewed, Suggester, Suggestion, learn
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ids import ClientId, DocumentId
from ledgervault.ports.rows import DocumentFilter, DocumentRow
from ledgervault.vault.artefacts import open_text, texts_by_document, unpack_words
from ledgervault.vault.authority import permitting
from ledgervault.vault.opened import Vault
from ledgervault.vault.views import DocumentView

PAGE = 1000
NEWEST = 5000  # reviewed filings that teach; older ones have been superseded
LOOKED_AT = 20_000  # rows opened in search of them
INGESTED_VERSION = 1
WORDS_CHARACTERS = 400  # headings tell what a paper is
ReadWords = Callable[[Sequence[DocumentRow]], Mapping[DocumentId, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned for one command, and from how many filings."""

    reviewed: int
    suggester: Suggester | None
    known_types: frozenset[str]  # types the policy names
    types_of_client: frozenset[tuple[ClientId, str]]
    read_words: ReadWords

    def suggest(self, views: Sequence[DocumentView]) -> list[Suggestion | None]:
        """Propose series and type of each paper; None where nothing is near."""
        if self.suggester is None:
            return [None] * len(views)
        words = self.read_words([one.row for one in views if one.details])
        asked = [_traits(one.row, one.details, words) for one in views if one.details]
        proposals = iter(self.suggester.suggest(asked))
        return [
            self._walled(view.row, next(proposals)) if view.details else None
            for view in views
        ]

    def _walled(self, row: DocumentRow, found: Suggestion | None) -> Suggestion | None:
        """Keep words one client's papers were given out of another's record."""
        if found is None or found.type is None or found.type in self.known_types:
            return found
        if (row.client_id, found.type) in self.types_of_client:
            return found
        return dataclasses.replace(found, type=None, type_confidence=0.0)


def learn_from_reviews(vault: Vault) -> Lesson:
    """Learn from the newest reviewed filings the acting user can open."""
    opened = list(_reviewed(vault))
    words = first_words(vault, [row for row, _details in opened])
    reviewed = [_example(row, details, words) for row, details in opened]
    return Lesson(
        reviewed=len(reviewed),
        suggester=learn(reviewed),
        known_types=frozenset(
            rule.type
            for pack in vault.policy.packs
            for rule in pack.classify
            if rule.type
        ),
        types_of_client=frozenset((row.client_id, one.type) for row, one in opened),
        read_words=functools.partial(first_words, vault),
    )


def first_words(vault: Vault, rows: Sequence[DocumentRow]) -> dict[DocumentId, str]:
    """Return the words papers begin with, as far as they were read and kept."""
    texts = texts_by_document(vault.catalogue, rows)
    words = {}
    for row in rows:
        if row.id in texts:
            packed = open_text(vault.records, row, texts[row.id])
            words[row.id] = unpack_words(packed).text[:WORDS_CHARACTERS]
    return words


def _example(
    row: DocumentRow, details: DocumentDetails, words: Mapping[DocumentId, str]
) -> Reviewed:
    traits = _traits(row, details, words)
    return Reviewed(traits, details.review["series"], details.type)


def _traits(
    row: DocumentRow, details: DocumentDetails, words: Mapping[DocumentId, str]
) -> Traits:
    found = tuple(sorted(name for name, count in details.detected.items() if count))
    return Traits(details.name, words.get(row.id, ""), details.mime, found)


def _reviewed(vault: Vault) -> Iterable[tuple[DocumentRow, DocumentDetails]]:
    vault.records.read_ahead()
    may = permitting(vault, "list")
    count = 0
    for row in reversed(_changed_rows(vault)):
        if not may(row):
            continue
        details = _opened(vault, row)
        if details is None or not _teaches(details, vault.policy):
            continue
        yield row, details
        count += 1
        if count == NEWEST:
            return


def _changed_rows(vault: Vault) -> deque[DocumentRow]:
    """Return the newest rows that are not as they were ingested: a review changes."""
    rows: deque[DocumentRow] = deque(maxlen=LOOKED_AT)
    wanted, after = DocumentFilter(state="active"), -1
    while page := vault.catalogue.documents(wanted, after=after, limit=PAGE):
        rows.extend(row for row in page if row.row_version > INGESTED_VERSION)
        after = page[-1].ordinal
    return rows


def _opened(vault: Vault, row: DocumentRow) -> DocumentDetails | None:
    try:
        return vault.records.open_document(row)
    except (NotFound, NotAuthorised):
        return None


def _teaches(details: DocumentDetails, policy: PolicySet) -> bool:
    # A series the policy no longer knows could not be accepted.
    series = details.review.get("series", UNCLASSIFIED)
    return series != UNCLASSIFIED and policy.find_series(series) is not None
