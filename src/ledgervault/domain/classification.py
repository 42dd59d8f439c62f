"""Classification: what a paper is, and the level it must have at least.

Manual beats automatic. The first matching rule in pack order sets series and
type; the level is the highest that any matching rule, series or find asks for.
Nothing matched: unclassified, sensitive, in the in tray, kept.
"""

import dataclasses
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from ledgervault.domain.conditions import (
    NAME_OR_SIZE_KEYS,
    Look,
    asks_of,
    compile_condition,
    patterns_of,
)
from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.patterns import PatternSet, compiled
from ledgervault.domain.policy import (
    LEVELS,
    UNCLASSIFIED,
    ClassifyRule,
    Pack,
    PolicySet,
    highest_level,
)

TEXT_CHARACTERS = 4000  # headings stand at the top; more would cost, not tell
MANUAL = "manual"
FIELD_CHARACTERS = 200
KNOWN_LOOKS = 4096
KNOWN_POLICIES = 32


@dataclasses.dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of a paper before it is classified."""

    name: str
    path: str
    mime: str
    size: int
    text: str = ""
    xml_root: str = ""
    xml_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    detected: Mapping[str, int] = dataclasses.field(default_factory=dict)
    client: Mapping[str, str] = dataclasses.field(default_factory=dict)
    source: str = ""
    period: str | None = None
    is_read: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Manual:
    """What a person said; it beats every rule."""

    series: str | None = None
    type: str | None = None
    level: str | None = None
    period: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Classification:
    """What a paper is, and why."""

    series: str
    type: str
    level: str
    period: str | None
    fields: Mapping[str, str]
    inbox: bool
    rule: str
    decisions: tuple[Decision, ...]


class Classifier:
    """Applies one policy; its patterns are compiled once."""

    def __init__(self, policy: PolicySet) -> None:
        self._policy = policy
        rules = [(pack, rule) for pack in policy.packs for rule in pack.classify]
        self._rules = [(compile_condition(r.when), (p, r)) for p, r in rules]
        conditions = [rule.when for _pack, rule in rules]
        self._asks_name = any(asks_of(when, NAME_OR_SIZE_KEYS) for when in conditions)
        self._known: dict[Hashable, tuple[tuple[Pack, ClassifyRule], ...]] = {}
        self._sets = {
            key: PatternSet(p for when in conditions for p in patterns_of(when, key))
            for key in ("text", "name_matches", "path_matches")
        }

    def classify(self, paper: PaperFacts, manual: Manual) -> Classification:
        """Decide series, type, level and fields of one paper."""
        matching = self._matching(self._look(paper))
        deciding = next((pair for pair in matching if pair[1].series), None)
        rule = deciding[1] if deciding else None
        series = manual.series or (rule.series if rule else None) or UNCLASSIFIED
        kind = manual.type or (rule.type if rule else None) or "unknown"
        level, reasons = self._level(paper, manual, series, matching)
        is_known = series != UNCLASSIFIED
        name = MANUAL if manual.series else (rule.id if rule else UNCLASSIFIED)
        return Classification(
            series=series,
            type=kind,
            level=level,
            period=manual.period,
            fields=_fields(paper, matching),
            inbox=not is_known,
            rule=name,
            decisions=(
                self._series_decision(series, name, deciding, matching),
                Decision(
                    "level", level, reasons[0], facts={"because": "; ".join(reasons)}
                ),
            ),
        )

    def _matching(self, look: Look) -> tuple[tuple[Pack, ClassifyRule], ...]:
        # Papers of a pile look alike: rules are asked once for each look.
        key = look.key(asks_name=self._asks_name)
        known = self._known.get(key)
        if known is None:
            known = tuple(pair for test, pair in self._rules if test(look))
            if len(self._known) < KNOWN_LOOKS:
                self._known[key] = known
        return known

    def _look(self, paper: PaperFacts) -> Look:
        facts = {f"client.{key}": value for key, value in paper.client.items()}
        facts["source"] = paper.source
        facts["period"] = paper.period or ""
        return Look(
            name=paper.name,
            path=paper.path,
            mime=paper.mime,
            size=paper.size,
            xml_root=paper.xml_root,
            text_hits=self._sets["text"].hits(_clean(paper.text[:TEXT_CHARACTERS])),
            name_hits=self._sets["name_matches"].hits(_clean(paper.name)),
            path_hits=self._sets["path_matches"].hits(_clean(paper.path)),
            detected=paper.detected,
            facts=facts,
        )

    def _level(
        self,
        paper: PaperFacts,
        manual: Manual,
        series: str,
        matching: Sequence[tuple[Pack, ClassifyRule]],
    ) -> tuple[str, list[str]]:
        asked = [
            (known.level, f"series {series}")
            for _p, known in self._policy.definitions(series)
        ]
        if series == UNCLASSIFIED or not asked:
            asked.append((LEVELS[-1], "papers of no known series are sensitive"))
        asked += [
            (rule.level, f"rule {rule.id}") for _p, rule in matching if rule.level
        ]
        for pack in self._policy.packs:
            for find in pack.detect:
                if paper.detected.get(find.detector, 0) >= find.at_least:
                    asked.append((find.level, f"detector {find.id}"))
        if manual.level:
            # A person may raise a level at ingest; lowering goes through an edit.
            asked.append((manual.level, MANUAL))
        level = highest_level(*(one for one, _why in asked))
        return level, [why for one, why in asked if one == level]

    def _series_decision(
        self,
        series: str,
        rule: str,
        deciding: tuple[Pack, ClassifyRule] | None,
        matching: Sequence[tuple[Pack, ClassifyRule]],
    ) -> Decision:
        found = self._policy.find_series(series)
        losers = tuple(
            Loser(other.id, pack.id, "a rule before it matched")
            for pack, other in matching
            if other.series and other.id != rule
        )
        pack = deciding[0] if deciding else (found[0] if found else None)
        return Decision(
            subject="classification",
            result=series,
            rule=rule,
            pack=pack.id if pack else "",
            version=pack.version if pack else "",
            citation=found[1].citation if found else "",
            losers=losers,
        )


_classifiers: dict[int, tuple[PolicySet, Classifier]] = {}


def classify(
    paper: PaperFacts, policy: PolicySet, *, manual: Manual | None = None
) -> Classification:
    """Classify one paper; the patterns of a policy are compiled once."""
    known = _classifiers.get(id(policy))
    if known is None or known[0] is not policy:
        # Clients with rules of their own have policies of their own.
        if len(_classifiers) >= KNOWN_POLICIES:
            _classifiers.clear()
        known = _classifiers[id(policy)] = (policy, Classifier(policy))
    return known[1].classify(paper, manual or Manual())


def _fields(
    paper: PaperFacts, matching: Sequence[tuple[Pack, ClassifyRule]]
) -> dict[str, str]:
    fields: dict[str, str] = {}
    for _pack, rule in matching:
        for name, source in rule.fields.items():
            value = _field(paper, source)
            if value and name not in fields:
                fields[name] = value[:FIELD_CHARACTERS]
    return fields


def _field(paper: PaperFacts, source: Mapping[str, Any]) -> str:
    if "xpath" in source:
        return _xml_value(paper.xml_values, source["xpath"])
    text = paper.name if source.get("of") == "name" else paper.text[:TEXT_CHARACTERS]
    found = compiled(source["regex"]).search(_clean(text))
    if found is None:
        return ""
    return str(found.group(1) if found.groups() else found.group(0)).strip()


def _xml_value(values: Mapping[str, str], path: str) -> str:
    if not path.startswith("//"):
        return values.get(path, "").strip()
    suffix = path[1:]
    for known, value in values.items():
        if known.endswith(suffix):
            return value.strip()
    return ""


def _clean(text: str) -> str:
    # Names may hold bytes that are no UTF-8; RE2 takes valid text only.
    return (
        text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    )
