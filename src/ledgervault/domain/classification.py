"""Classification: what a paper is, and the level it must have at least.

Manual beats automatic. Of the matching rules the one with the strongest evidence
sets series and type, the client's own country first, then the order of the packs;
the level is the highest that any matching rule, series or find asks for.
Nothing matched: unclassified, sensitive, in the in tray, kept.
"""

import dataclasses
from collections.abc import Hashable, Mapping, Sequence

from ledgervault.domain.conditions import (
    NAME_OR_SIZE_KEYS,
    Look,
    asks_of,
    compile_condition,
    patterns_of,
)
from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.evidence import (
    Evidence,
    confidence_of,
    is_name_honest,
    strength_of,
)
from ledgervault.domain.fields import FIELD_CHARACTERS, clean, fields_of
from ledgervault.domain.headings import heading_of
from ledgervault.domain.papers import TEXT_CHARACTERS, Manual, PaperFacts
from ledgervault.domain.patterns import PatternSet
from ledgervault.domain.policy import (
    LEVELS,
    UNCLASSIFIED,
    ClassifyRule,
    Pack,
    PolicySet,
    highest_level,
)

__all__ = ["FIELD_CHARACTERS", "Classification", "Manual", "PaperFacts", "classify"]

MANUAL = "manual"
KNOWN_LOOKS = 4096
KNOWN_POLICIES = 32
# What starts the clock of papers that belong to no period.
_STANDING = ("contract_end", "engagement_end", "relationship_end")
# Packs of no one country, and the two names of one.
_EVERYWHERE = ("INT", "EU")
_SAME_COUNTRY = {"GB": "UK"}


@dataclasses.dataclass(frozen=True, slots=True)
class Classification:
    """What a paper is, why, and how sure that is, between 0 and 1."""

    series: str
    type: str
    level: str
    period: str | None
    fields: Mapping[str, str]
    inbox: bool
    rule: str
    decisions: tuple[Decision, ...]
    confidence: float = 0.0
    is_standing: bool = False  # of a relation, not of a period


@dataclasses.dataclass(frozen=True, slots=True)
class _Match:
    """A rule that holds for a paper, and by what."""

    pack: Pack
    rule: ClassifyRule
    evidence: Evidence


class Classifier:
    """Applies one policy; its patterns are compiled once."""

    def __init__(self, policy: PolicySet) -> None:
        self._policy = policy
        rules = [(pack, rule) for pack in policy.packs for rule in pack.classify]
        self._rules = [(compile_condition(r.when), p, r) for p, r in rules]
        conditions = [rule.when for _pack, rule in rules]
        self._asks_name = any(asks_of(when, NAME_OR_SIZE_KEYS) for when in conditions)
        self._known: dict[Hashable, tuple[_Match, ...]] = {}
        self._sets = {
            key: PatternSet(p for when in conditions for p in patterns_of(when, key))
            for key in ("title", "text", "name_matches", "path_matches")
        }

    def classify(self, paper: PaperFacts, manual: Manual) -> Classification:
        """Decide series, type, level and fields of one paper."""
        matching = self._matching(self._look(paper))
        deciding = next((match for match in matching if match.rule.series), None)
        rule = deciding.rule if deciding else None
        series = manual.series or (rule.series if rule else None) or UNCLASSIFIED
        kind = manual.type or (rule.type if rule else None) or "unknown"
        level, reasons = self._level(paper, manual, series, matching)
        name = MANUAL if manual.series else (rule.id if rule else UNCLASSIFIED)
        evidence = deciding.evidence if deciding else Evidence.NOTHING
        definitions = self._policy.definitions(series)
        return Classification(
            series=series,
            type=kind,
            level=level,
            period=manual.period,
            fields=fields_of(paper, _speaking_of(series, matching)),
            # Nobody has seen what a damaged paper holds, whatever it is called.
            inbox=series == UNCLASSIFIED or (paper.is_broken and not manual.series),
            rule=name,
            decisions=(
                self._series_decision(series, name, deciding, matching),
                Decision(
                    "level", level, reasons[0], facts={"because": "; ".join(reasons)}
                ),
            ),
            confidence=1.0 if manual.series else confidence_of(evidence),
            is_standing=any(
                known.retention.trigger in _STANDING for _pack, known in definitions
            ),
        )

    def _matching(self, look: Look) -> tuple[_Match, ...]:
        # Papers of a pile look alike: rules are asked once for each look.
        key = look.key(asks_name=self._asks_name)
        known = self._known.get(key)
        if known is None:
            country = look.facts.get("client.jurisdiction", "")
            held = ((pack, rule, test(look)) for test, pack, rule in self._rules)
            matches = (_Match(*one) for one in held if one[2])
            known = tuple(sorted(matches, key=lambda match: _rank(match, country)))
            if len(self._known) < KNOWN_LOOKS:
                self._known[key] = known
        return known

    def _look(self, paper: PaperFacts) -> Look:
        facts = {f"client.{key}": value for key, value in paper.client.items()}
        facts["source"] = paper.source
        facts["period"] = paper.period or ""
        name = paper.name if is_name_honest(paper.name, paper.mime) else ""
        text = clean(paper.text[:TEXT_CHARACTERS])
        return Look(
            name=name,
            path=paper.path,
            mime=paper.mime,
            size=paper.size,
            xml_root=paper.xml_root,
            title_hits=self._sets["title"].hits(heading_of(text)),
            text_hits=self._sets["text"].hits(text),
            name_hits=self._sets["name_matches"].hits(clean(name)),
            path_hits=self._sets["path_matches"].hits(clean(paper.path)),
            detected=paper.detected,
            facts=facts,
        )

    def _level(
        self,
        paper: PaperFacts,
        manual: Manual,
        series: str,
        matching: Sequence[_Match],
    ) -> tuple[str, list[str]]:
        asked = [
            (known.level, f"series {series}")
            for _p, known in self._policy.definitions(series)
        ]
        if series == UNCLASSIFIED or not asked:
            asked.append((LEVELS[-1], "papers of no known series are sensitive"))
        if paper.is_broken:
            asked.append((LEVELS[-1], "what cannot be read may hold anything"))
        asked += [
            (match.rule.level, f"rule {match.rule.id}")
            for match in matching
            if match.rule.level
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
        deciding: _Match | None,
        matching: Sequence[_Match],
    ) -> Decision:
        found = self._policy.find_series(series)
        pack = deciding.pack if deciding else (found[0] if found else None)
        evidence = deciding.evidence if deciding else Evidence.NOTHING
        return Decision(
            subject="classification",
            result=series,
            rule=rule,
            pack=pack.id if pack else "",
            version=pack.version if pack else "",
            citation=found[1].citation if found else "",
            facts=_evidence_facts(evidence),
            losers=tuple(
                Loser(other.rule.id, other.pack.id, _why_lost(other, evidence))
                for other in matching
                if other.rule.series and other.rule.id != rule
            ),
        )


def _speaking_of(series: str, matching: Sequence[_Match]) -> list[ClassifyRule]:
    """Return the rules whose fields mean this series: a bill's date is no book's."""
    return [match.rule for match in matching if match.rule.series in (None, series)]


def _rank(match: _Match, country: str) -> tuple[bool, int, bool]:
    own = _SAME_COUNTRY.get(country, country)
    is_foreign = match.pack.jurisdiction not in (own, *_EVERYWHERE)
    strongest, is_named = strength_of(match.evidence)
    return is_foreign, -strongest, not is_named


def _evidence_facts(evidence: Evidence) -> dict[str, str]:
    if not evidence:
        return {}
    strongest, _is_named = strength_of(evidence)
    return {
        "evidence": str(strongest.name).lower(),
        "confidence": f"{confidence_of(evidence):.2f}",
    }


def _why_lost(match: _Match, winning: Evidence) -> str:
    if strength_of(match.evidence) < strength_of(winning):
        return "another rule has stronger evidence"
    return "a rule before it matched"


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
