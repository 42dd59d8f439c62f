"""What decisions about permission share: rules that apply, verdicts, the answer.

Permission needs a rule and refusal needs none. A client's own rules narrow what
the packs permit; alone they permit nothing.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.domain.rules import Rule

ALLOW = "allow"
REFUSE = "refuse"
NO_RULE = "no-rule"


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says: an empty problem permits."""

    pack: Pack
    rule: Rule
    problem: str


def rules_in_force(
    policy: PolicySet, section: str, on: date
) -> Iterator[tuple[Pack, Rule]]:
    """Yield the rules of a section that are in force on a day, in pack order."""
    for pack in policy.packs:
        for rule in pack.rules(section):
            if rule.about.is_in_force(on):
                yield pack, rule


def is_covered(name: str, patterns: Sequence[str]) -> bool:
    """Say whether one of the globs matches a name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def has_permission(verdicts: Sequence[Verdict]) -> bool:
    """Say whether a pack speaks here, not only a client's own rules."""
    return any(not one.pack.is_override for one in verdicts)


def refuse_without_rule(subject: str, facts: Mapping[str, str]) -> Decision:
    """Refuse because nothing permits it."""
    stated = {**facts, "hint": "no rule permits it"}
    return Decision(subject=subject, result=REFUSE, rule=NO_RULE, facts=stated)


def answer(
    subject: str, deciding: Verdict, others: Sequence[Verdict], facts: Mapping[str, str]
) -> Decision:
    """Write what the deciding rule says, and what the others would have."""
    return Decision(
        subject=subject,
        result=REFUSE if deciding.problem else ALLOW,
        rule=deciding.rule.id,
        pack=deciding.pack.id,
        version=deciding.pack.version,
        citation=deciding.rule.citation,
        facts={**facts, "hint": deciding.problem or "permitted"},
        losers=tuple(
            Loser(one.rule.id, one.pack.id, one.problem or "would permit it")
            for one in others
            if one is not deciding
        ),
    )
