"""Sharing: permission needs a rule; refusal needs none."""

from datetime import date
from fnmatch import fnmatchcase

from ledgervault.domain.calendar import add_period
from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.policy import Pack, PolicySet, ShareRule

ALLOW = "allow"
REFUSE = "refuse"


def decide_share(  # noqa: PLR0913 - the facts of one question
    *,
    level: str,
    series: str,
    purpose: str,
    format: str,  # noqa: A002 - the contract's word
    expires_on: date,
    today: date,
    policy: PolicySet,
) -> Decision:
    """Decide whether a document may leave so; the strictest pack wins."""
    found = [
        (pack, rule)
        for pack in policy.packs
        for rule in pack.share
        if level in rule.levels and _is_covered(series, rule.series)
    ]
    if not found:
        return _decision(REFUSE, "no-rule", None, "no rule permits it", ())
    problems = [
        (pack, rule, _problem(rule, purpose, format, expires_on, today))
        for pack, rule in found
    ]
    refused = [one for one in problems if one[2]]
    if refused:
        pack, rule, why = refused[0]
        return _decision(REFUSE, rule.id, (pack, rule), why, _others(problems, rule))
    pack, rule, _none = problems[0]
    return _decision(ALLOW, rule.id, (pack, rule), "permitted", _others(problems, rule))


def _problem(
    rule: ShareRule, purpose: str, form: str, expires_on: date, today: date
) -> str:
    if rule.is_refusal:
        return "papers of this kind are not shared"
    if not purpose.strip():
        return "name a purpose"
    if form not in rule.formats:
        return f"share it as {' or '.join(rule.formats) or 'nothing'}"
    if expires_on <= today:
        return "the expiry is not in the future"
    # A rule that names no longest expiry permits none.
    last = add_period(today, rule.longest) if rule.longest else today
    if last is not None and expires_on > last:
        return f"let it expire by {last} at the latest"
    return ""


def _is_covered(series: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(series, pattern) for pattern in patterns)


def _others(
    problems: list[tuple[Pack, ShareRule, str]], deciding: ShareRule
) -> tuple[Loser, ...]:
    return tuple(
        Loser(rule.id, pack.id, why or "would permit it")
        for pack, rule, why in problems
        if rule is not deciding
    )


def _decision(
    result: str,
    rule: str,
    by: tuple[Pack, ShareRule] | None,
    why: str,
    losers: tuple[Loser, ...],
) -> Decision:
    return Decision(
        subject="share",
        result=result,
        rule=rule,
        pack=by[0].id if by else "",
        version=by[0].version if by else "",
        citation=by[1].citation if by else "",
        facts={"hint": why},
        losers=losers,
    )
