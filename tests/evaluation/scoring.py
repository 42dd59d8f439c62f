"""Judge papers with the product's own reading, detecting and classifying.

A judgement compares what the sorter says of one paper with what is true of it.
Pictures need character recognition and encrypted papers a password, so figures are
given with them and without them.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import date

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.classification import Manual
from ledgervault.domain.clients import Client
from ledgervault.domain.policy import LEVELS
from ledgervault.formats.reading import FormatReader
from ledgervault.ids import ClientId
from ledgervault.services.sorting import Owner, Sorted, Sorter

TODAY = date(2026, 11, 24)
CHINESE = ("cn", "base")
PACKS = (*CHINESE, "eu", "de", "uk", "us")  # of the countries in the piles


@dataclasses.dataclass(frozen=True)
class Truth:
    """What is true of one paper."""

    path: str
    kind: str
    series: str
    level: str
    period: str | None
    detectors: dict[str, int]
    alternatives: tuple[str, ...] = ()
    jurisdiction: str = "CN"
    is_unreadable: bool = False


@dataclasses.dataclass(frozen=True)
class Judgement:
    truth: Truth
    found: Sorted

    @property
    def is_exact(self):
        return self.found.series == self.truth.series

    @property
    def is_right(self):
        return self.is_exact or any(
            self.found.series == other or self.found.series.startswith(other + ".")
            for other in self.truth.alternatives
        )

    @property
    def is_too_low(self):
        return LEVELS.index(self.found.level) < LEVELS.index(self.truth.level)

    @property
    def is_period_right(self):
        return self.found.period == self.truth.period


class Judge:
    """Sorts papers as ingest would, under the packs that ship."""

    def __init__(self, packs: Iterable[str] = CHINESE) -> None:
        policy = load_shipped_policy(list(packs))
        self._sorter = Sorter(
            papers=FormatReader(), policy=policy, manual=Manual(), today=TODAY
        )
        self._owners: dict[str, Owner] = {}

    def judge(self, truth: Truth, content: bytes) -> Judgement:
        found = self._sorter.sort(
            content,
            len(content),
            name=truth.path.rsplit("/", 1)[-1],
            path=truth.path,
            owner=self._owner(truth.jurisdiction),
        )
        return Judgement(truth, found)

    def _owner(self, jurisdiction: str) -> Owner:
        if jurisdiction not in self._owners:
            client = Client(code="C", name="C", jurisdiction=jurisdiction)
            self._owners[jurisdiction] = Owner(
                id=ClientId(f"C-{jurisdiction}"),
                client=client,
                is_known=True,
                token_key=DedupKey(bytes(32)),
            )
        return self._owners[jurisdiction]


@dataclasses.dataclass(frozen=True)
class Score:
    """Figures over judgements; shares are between 0 and 1."""

    judgements: tuple[Judgement, ...]

    def only(self, keep) -> "Score":
        return Score(tuple(one for one in self.judgements if keep(one)))

    @property
    def series(self):
        return self._share(lambda one: one.is_right)

    @property
    def exact_series(self):
        return self._share(lambda one: one.is_exact)

    @property
    def periods(self):
        return self._share(lambda one: one.is_period_right)

    @property
    def stated_periods(self):
        return self.only(lambda one: one.truth.period is not None).periods

    @property
    def too_low(self):
        return [one for one in self.judgements if one.is_too_low]

    def detectors(self) -> dict[str, tuple[int, int, int]]:
        """Return hits, false finds and misses by detector, in values."""
        counts: dict[str, Counter[str]] = {}
        for one in self.judgements:
            found, true = Counter(one.found.detected), Counter(one.truth.detectors)
            for name in found | true:
                hits = min(found[name], true[name])
                counts.setdefault(name, Counter()).update(
                    hit=hits, false=found[name] - hits, miss=true[name] - hits
                )
        return {
            name: (one["hit"], one["false"], one["miss"])
            for name, one in sorted(counts.items())
        }

    @property
    def precision(self):
        hits, false, _misses = self._sums()
        return hits / (hits + false) if hits + false else 1.0

    @property
    def recall(self):
        hits, _false, misses = self._sums()
        return hits / (hits + misses) if hits + misses else 1.0

    def confusion(self) -> Counter[tuple[str, str]]:
        return Counter((one.truth.series, one.found.series) for one in self.judgements)

    def _sums(self):
        columns = zip(*self.detectors().values(), strict=True)
        return tuple(sum(column) for column in columns) or (0, 0, 0)

    def _share(self, test):
        if not self.judgements:
            return 1.0
        return sum(map(test, self.judgements)) / len(self.judgements)


def is_readable(one: Judgement) -> bool:
    """Say whether a paper can be read without recognition or a password."""
    return not one.truth.is_unreadable


def print_report(score: Score) -> None:
    """Print figures, confusion by series, and every error."""
    for title, part in (("all papers", score), ("readable", score.only(is_readable))):
        _print_figures(title, part)
    _print_detectors(score.only(is_readable))
    _print_confusion(score)
    _print_errors(score)


def _print_figures(title: str, score: Score) -> None:
    print(f"{title}: {len(score.judgements)}")
    print(f"  series right      {score.series:7.1%}  (exact {score.exact_series:.1%})")
    print(f"  level too low     {len(score.too_low):7d}")
    print(
        f"  period right      {score.periods:7.1%}  (stated {score.stated_periods:.1%})"
    )
    print(f"  finds: precision  {score.precision:7.1%}  recall {score.recall:.1%}")


def _print_detectors(score: Score) -> None:
    print("\ndetector (readable)   hits  false  missed  precision  recall")
    for name, (hits, false, misses) in score.detectors().items():
        precision = hits / (hits + false) if hits + false else 1.0
        recall = hits / (hits + misses) if hits + misses else 1.0
        print(
            f"  {name:18} {hits:6d} {false:6d} {misses:7d} {precision:10.1%} {recall:7.1%}"
        )


def _print_confusion(score: Score) -> None:
    print("\nseries: papers, right, and what the others were taken for")
    counts = score.confusion()
    for series in sorted({true for true, _found in counts}):
        row = {found: n for (true, found), n in counts.items() if true == series}
        others = ", ".join(f"{k} {n}" for k, n in sorted(row.items()) if k != series)
        print(f"  {series:32} {sum(row.values()):4d} {row.get(series, 0):4d}  {others}")


def _print_errors(score: Score) -> None:
    print("\nerrors")
    for one in score.judgements:
        wrong = [] if one.is_right else [f"series {one.found.series}"]
        wrong += [f"LEVEL {one.found.level}"] if one.is_too_low else []
        wrong += [] if one.is_period_right else [f"period {one.found.period}"]
        if one.found.detected != one.truth.detectors:
            wrong.append(f"finds {dict(one.found.detected)}")
        if wrong:
            true = one.truth
            note = " (unreadable)" if true.is_unreadable else ""
            print(
                f"  {true.path[-60:]!a}{note} [{true.kind}]\n"
                f"    is {true.series} {true.level} {true.period} {true.detectors}\n"
                f"    taken for: {'; '.join(wrong)}  by {one.found.rule}"
            )
