"""Finds in texts: distinct valid values of identifiers, in linear time.

Runs of digits and capitals are found and sifted in bulk; check digits and the words
beside a number decide. Masked numbers and pieces of longer numbers are no finds.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ledgervault.domain.detecting.folding import fold
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
_LONGEST_GROUP = 4  # that may follow a form that grows
_TOLD_BYTES = 24  # before a number, where it may be told to be something else
_JOINING = frozenset(
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*-"
)
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
        for kind, form in _OF_LENGTH.get(length, ()):
            _keep(found, kind, _in_runs(runs, words, kind, form), limit)
    for groups in runs.chains.present(_IN_GROUPS):
        for kind, form in _IN_GROUPS[groups]:
            _keep(found, kind, _in_groups(runs, words, kind, form), limit)
    found[_LEGACY_INVOICE] = _invoice_codes(runs, limit)
    for stronger, weaker in _STRONGER:
        for name in weaker:
            found[name] -= found[stronger]
    return found


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


def _in_runs(runs: Runs, words: Words, kind: Kind, form: Form) -> Iterator[bytes]:
    (length,) = form.groups
    likely: NDArray[np.bool_] = form.likely(runs.rows(length))
    starts = runs.by_length[length][likely].tolist()
    if not starts or not (form.need is Need.NOTHING or words.are_present(kind.word)):
        return
    for start in starts:
        end = start + length
        if _is_named(runs.padded, words, kind, form.need, (start, end)):
            candidate = runs.padded[start:end]
            value = candidate if form.is_sure else kind.check(candidate)
            if value:
                yield value


def _in_groups(runs: Runs, words: Words, kind: Kind, form: Form) -> Iterator[bytes]:
    chains, raw = runs.chains, runs.padded
    for place in chains.find(form.groups):
        spans = chains.spans(place, len(form.groups) + form.grows)
        if raw[spans[0][0] - 1] in _JOINING:
            continue
        value = _longest(raw, spans, kind, form)
        whole = (spans[0][0], spans[len(form.groups) - 1][1])
        if value and _is_named(raw, words, kind, form.need, whole):
            yield value


def _longest(raw: bytes, spans: list[tuple[int, int]], kind: Kind, form: Form) -> bytes:
    """Return the value of the form, grown as far as it is one."""
    least = len(form.groups)
    most = least
    while most < len(spans) and spans[most][1] - spans[most][0] <= _LONGEST_GROUP:
        most += 1
    for count in range(most, least - 1, -1):
        chosen = spans[:count]
        if _are_separate(raw, chosen, form.separators):
            value = kind.check(b"".join(raw[start:end] for start, end in chosen))
            if value:
                return value
    return b""


def _are_separate(raw: bytes, spans: list[tuple[int, int]], separators: bytes) -> bool:
    if any(raw[end] not in separators for _start, end in spans[:-1]):
        return False
    end = spans[-1][1]
    is_decimal = raw[end : end + 1] == b"." and raw[end + 1 : end + 2].isdigit()
    return raw[end] not in _JOINING and not is_decimal


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
    return need is Need.NOTHING or words.are_present(kind.word)


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
