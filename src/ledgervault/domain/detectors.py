"""Finds in texts: distinct valid values of identifiers, in linear time.

Runs of digits and capitals are found and sifted in bulk; check digits and the words
beside a number decide. Masked numbers and pieces of longer numbers are no finds.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ledgervault.domain.detecting.folding import fold
from ledgervault.domain.detecting.grouping import find_in_groups
from ledgervault.domain.detecting.invoice_codes import find_invoice_codes
from ledgervault.domain.detecting.kinds import KINDS, Form, Kind, Need
from ledgervault.domain.detecting.runs import Runs, find_runs
from ledgervault.domain.detecting.words import Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEGACY_INVOICE = "legacy_invoice"
DETECTORS = (*(name for kind in KINDS for name in kind.names), _LEGACY_INVOICE)
LIMIT = 1000
_TOLD_BYTES = 24  # before a number, where it may be told to be something else
# Digits that are the one are not the other by chance.
_STRONGER = (
    ("resident_id", ("uscc", "bank_card")),
    ("abn", ("mobile",)),
    ("taxpayer_id", ("einvoice_no",)),
)


def detect(text: str | bytes, *, limit: int = LIMIT) -> dict[str, int]:
    """Count distinct valid values by detector, at most `limit` of each."""
    return {name: len(values) for name, values in _find(text, limit).items() if values}


def find_values(text: str | bytes, detector: str) -> list[str]:
    """Return the distinct valid values of one detector, normalised, sorted."""
    found = _find(text, LIMIT)[detector]
    return sorted(value.decode("ascii") for value in found)


def _find(text: str | bytes, limit: int) -> dict[str, set[bytes]]:
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    runs = find_runs(fold(raw))
    words = Words(runs.padded)
    found: dict[str, set[bytes]] = {name: set() for name in DETECTORS}
    for length in runs.lengths():
        if length not in _OF_LENGTH:
            continue
        rows = runs.rows(length)
        for kind, form in _OF_LENGTH[length]:
            _keep(found, kind, _in_runs(runs, rows, words, kind, form), limit)
    for groups in runs.chains.present(_IN_GROUPS):
        for kind, form in _IN_GROUPS[groups]:
            _keep(found, kind, _in_groups(runs, words, kind, form), limit)
    found[_LEGACY_INVOICE] = _invoice_codes(runs, limit)
    for stronger, weaker in _STRONGER:
        for name in weaker:
            found[name] -= found[stronger]
    found["bank_card"] = _whole_cards(found["bank_card"], found["iban"])
    return found


def _whole_cards(cards: set[bytes], accounts: set[bytes]) -> set[bytes]:
    """Leave out groups of an account number, and the head of a longer card."""
    shorter = {len(card) for card in cards}
    heads = {card[:size] for card in cards for size in shorter if size < len(card)}
    written = b" ".join(accounts)
    return {card for card in cards - heads if card not in written}


def _invoice_codes(runs: Runs, limit: int) -> set[bytes]:
    known: set[bytes] = set()
    for pair in find_invoice_codes(runs):
        if len(known) >= limit:
            break
        known.add(pair)
    return known


def _keep(
    found: dict[str, set[bytes]], kind: Kind, values: Iterable[bytes], limit: int
) -> None:
    if all(len(found[name]) >= limit for name in kind.names):
        return
    for value in values:
        known = found[kind.name_of(value)]
        known.add(value)
        if len(known) >= limit:
            return


def _in_runs(
    runs: Runs, rows: "NDArray[np.uint8]", words: Words, kind: Kind, form: Form
) -> Iterator[bytes]:
    (length,) = form.groups
    likely: NDArray[np.bool_] = form.likely(rows)
    starts = runs.by_length[length][likely].tolist()
    if not starts or not _may_be_named(words, kind, form):
        return
    raw = runs.padded
    candidates = ((start, length, raw[start : start + length]) for start in starts)
    yield from _checked(raw, words, kind, form, candidates)


def _in_groups(runs: Runs, words: Words, kind: Kind, form: Form) -> Iterator[bytes]:
    found = find_in_groups(runs, form.groups, form.separators)
    if not len(found.starts) or not _may_be_named(words, kind, form):
        return
    likely = form.likely(found.rows)
    width = sum(form.groups) + len(form.groups) - 1
    rows = zip(found.starts[likely].tolist(), found.rows[likely], strict=True)
    candidates = ((start, width, row.tobytes()) for start, row in rows)
    yield from _checked(runs.padded, words, kind, form, candidates)


def _checked(
    raw: bytes,
    words: Words,
    kind: Kind,
    form: Form,
    candidates: Iterable[tuple[int, int, bytes]],
) -> Iterator[bytes]:
    """Yield what the check makes of candidates that are named as they must be."""
    settled: set[bytes] = set()  # a text may hold one number a hundred thousand times
    for start, width, candidate in candidates:
        if candidate in settled:
            continue
        value = candidate if form.is_sure else kind.check(candidate)
        if value and _is_named(raw, words, kind, form.need, (start, start + width)):
            yield value
        elif value:
            continue  # it may be named elsewhere
        settled.add(candidate)


def _may_be_named(words: Words, kind: Kind, form: Form) -> bool:
    return form.need is Need.NOTHING or words.are_present(kind.word)


def _is_named(
    raw: bytes, words: Words, kind: Kind, need: Need, span: tuple[int, int]
) -> bool:
    start, end = span
    if kind.not_after:
        before = raw[max(0, start - _TOLD_BYTES) : start]
        if any(other in before for other in kind.not_after):
            return False
    if need is Need.A_WORD_NEAR:
        return words.name_near(kind.word, start, end)
    return True  # whether a word stands anywhere was asked before


def _by_groups() -> dict[tuple[int, ...], list[tuple[Kind, Form]]]:
    found: dict[tuple[int, ...], list[tuple[Kind, Form]]] = {}
    for kind in KINDS:
        for form in kind.forms:
            found.setdefault(form.groups, []).append((kind, form))
    return found


_BY_GROUPS = _by_groups()
_OF_LENGTH = {
    groups[0]: forms for groups, forms in _BY_GROUPS.items() if len(groups) == 1
}
_IN_GROUPS = {groups: forms for groups, forms in _BY_GROUPS.items() if len(groups) > 1}
