"""What a paper might be, judged by reviewed filings alone. It proposes, never decides.

Every kind of paper (series and type) is the mean of its reviewed papers; a new paper is
compared with each mean. A confidence never exceeds what the number of reviewed papers
of the series allows: (n + 1) / (n + 2), the rule of succession.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ledgervault.domain.suggestion_confidence import (
    Confidence,
    Flags,
    Numbers,
    fit_confidence,
)
from ledgervault.domain.suggestion_traits import Traits, Vectors, vectors_of

FEWEST_PAPERS = 8
FEWEST_SERIES = 2
LEAST = 0.5  # below this a suggestion would mislead more often than help
COMMON = 0.1  # what a piece that stands in every paper still weighs
TINY = 1e-6

_Index = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Reviewed:
    """A paper whose filing a person has confirmed."""

    traits: Traits
    series: str
    type: str


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal; `type` is None where only the series can be told."""

    series: str
    confidence: float
    type: str | None
    type_confidence: float


@dataclasses.dataclass(frozen=True, slots=True)
class Suggester:
    """Means of reviewed papers and the two curves fitted to them."""

    kinds: tuple[tuple[str, str], ...]
    series: tuple[str, ...]
    series_of_kind: _Index
    weights: Vectors
    means: Vectors
    counts: Numbers  # reviewed papers by series
    in_series: Confidence
    in_kinds: Confidence

    def suggest(self, papers: Sequence[Traits]) -> list[Suggestion | None]:
        """Propose series and type of each paper; None where nothing is near."""
        if not papers:
            return []
        nearness = _unit(vectors_of(papers) * self.weights) @ self.means.T
        by_series = _by_series(nearness, self.series_of_kind)
        best = by_series.argmax(1)
        allowed = (self.counts + 1) / (self.counts + 2)
        sure = np.minimum(self.in_series.of(*_two_best(by_series)), allowed[best])
        kind = nearness.argmax(1)
        sure_of_kind = np.minimum(self.in_kinds.of(*_two_best(nearness)), sure)
        return [
            self._proposal(int(best[at]), float(sure[at]), int(kind[at]), float(own))
            for at, own in enumerate(sure_of_kind)
        ]

    def _proposal(
        self, series: int, sure: float, kind: int, sure_of_kind: float
    ) -> Suggestion | None:
        if sure < LEAST:
            return None
        has_type = sure_of_kind >= LEAST
        name = self.kinds[kind][1] if has_type else None
        own = _cut(sure_of_kind) if has_type else 0.0
        return Suggestion(self.series[series], _cut(sure), name, own)


def learn(reviewed: Sequence[Reviewed]) -> Suggester | None:
    """Learn from reviewed filings; None while there are too few of them."""
    series = tuple(sorted({paper.series for paper in reviewed}))
    if len(reviewed) < FEWEST_PAPERS or len(series) < FEWEST_SERIES:
        return None
    kinds = tuple(sorted({(paper.series, paper.type) for paper in reviewed}))
    places = {kind: at for at, kind in enumerate(kinds)}
    mine = np.array([places[paper.series, paper.type] for paper in reviewed])
    series_of_kind = np.array([series.index(name) for name, _type in kinds])
    papers = vectors_of([paper.traits for paper in reviewed])
    weights = _rarity(papers)
    papers *= weights
    _unit(papers)
    sums = np.stack([papers[mine == kind].sum(0) for kind in range(len(kinds))])
    nearness = _without_itself(papers, sums, mine)
    by_series = _by_series(nearness, series_of_kind)
    truth = series_of_kind[mine]
    each = np.arange(len(series))
    return Suggester(
        kinds=kinds,
        series=series,
        series_of_kind=series_of_kind,
        weights=weights,
        means=_unit(sums),
        counts=np.bincount(truth).astype(float),
        in_series=_fitted(by_series, truth, _hidden(by_series, each, truth)),
        in_kinds=_fitted(nearness, mine, _hidden(nearness, series_of_kind, truth)),
    )


def _cut(sure: float) -> float:
    return int(sure * 1000) / 1000  # never rounded up


def _rarity(counted: Vectors) -> Vectors:
    held_by = (counted > 0).sum(0)
    rare = np.log((1 + len(counted)) / (1 + held_by)) + COMMON
    return np.asarray(rare, dtype=np.float32)


def _without_itself(papers: Vectors, sums: Vectors, mine: _Index) -> Vectors:
    """Compare each paper with every mean, with its own as if it had not been seen."""
    lengths = np.linalg.norm(sums, axis=1)
    products = papers @ sums.T
    nearness = products / np.maximum(lengths, TINY)
    each = np.arange(len(papers))
    own = products[each, mine]
    rest = np.sqrt(np.maximum(lengths[mine] ** 2 - 2 * own + 1, 0))
    is_alone = np.bincount(mine)[mine] == 1
    left = np.where(is_alone, 0, (own - 1) / np.maximum(rest, TINY))
    nearness[each, mine] = left
    return np.asarray(nearness, dtype=np.float32)


def _fitted(nearness: Vectors, truth: _Index, unseen: Vectors) -> Confidence:
    is_right: Flags = nearness.argmax(1) == truth
    return fit_confidence(_two_best(nearness), is_right, _two_best(unseen))


def _hidden(nearness: Vectors, series_of: _Index, truth: _Index) -> Vectors:
    """Return the nearness values as if a paper's whole series had not been seen."""
    return np.where(series_of[None, :] == truth[:, None], 0, nearness)


def _by_series(nearness: Vectors, series_of_kind: _Index) -> Vectors:
    columns = [
        nearness[:, series_of_kind == series].max(1)
        for series in range(int(series_of_kind.max()) + 1)
    ]
    return np.stack(columns, axis=1)


def _two_best(nearness: Vectors) -> tuple[Numbers, Numbers]:
    ordered = np.partition(nearness, -2, axis=1).astype(float)
    return ordered[:, -1], ordered[:, -2]


def _unit(rows: Vectors) -> Vectors:
    """Give every row the length one, in place: the rows of many papers are large."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(lengths, TINY)[:, None]
    return rows
