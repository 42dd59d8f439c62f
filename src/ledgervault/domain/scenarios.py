"""Scenarios: facts, what a policy decides on them, and what was expected.

Each kind of question has the facts it may state and the answers it may expect.
Answers are compared as plain values: dates as ISO text, nothing as `none`.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ledgervault.domain.access import AccessQuestion, decide_access
from ledgervault.domain.archiving import ArchiveQuestion, decide_archive
from ledgervault.domain.calendar import legal_day
from ledgervault.domain.classification import PaperFacts, classify
from ledgervault.domain.decisions import Decision
from ledgervault.domain.demands import demanded_approvals
from ledgervault.domain.destruction import list_destroy_rules, required_approvals
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import RetentionFacts, decide_retention
from ledgervault.domain.sharing import ALLOW, ShareQuestion, decide_share
from ledgervault.errors import PolicyRefusal

NONE = "none"
DEFAULT_AT = datetime(2026, 12, 31, tzinfo=UTC)
DEFAULT_CLIENT = {
    "jurisdiction": "CN",
    "fiscal_year_end": "12-31",
    "kind": "enterprise",
}
Plain = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """One question with its expected answer."""

    id: str
    file: str
    line: int
    kind: str  # series | paper | share | destroy | access | archive
    given: Plain
    expect: Plain


@dataclasses.dataclass(frozen=True, slots=True)
class Mismatch:
    """An answer that is not the expected one."""

    scenario: Scenario
    key: str
    expected: str
    found: str


def run_scenario(scenario: Scenario, policy: PolicySet) -> list[Mismatch]:
    """Ask a policy and return every answer that differs."""
    found = _ASK[scenario.kind](scenario.given, policy)
    return [
        Mismatch(scenario, key, _shown(expected), _shown(found.get(key)))
        for key, expected in scenario.expect.items()
        if _shown(expected) != _shown(found.get(key))
    ]


def _client(given: Plain) -> dict[str, str]:
    return {**DEFAULT_CLIENT, **given.get("client", {})}


def _today(given: Plain) -> date:
    at = datetime.fromisoformat(given["at"]) if "at" in given else DEFAULT_AT
    return legal_day(at, _client(given)["jurisdiction"])


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _retention(given: Plain, policy: PolicySet) -> dict[str, Any]:
    today = _today(given)
    facts = RetentionFacts(
        series=given["series"],
        period=given.get("period"),
        fiscal_year_end=_client(given)["fiscal_year_end"],
        created_on=_day(given.get("created")) or today,
        dates={
            name: date.fromisoformat(day)
            for name, day in given.get("dates", {}).items()
        },
        open_matters=frozenset(given.get("matters", ())),
    )
    holds = [Hold(name, name, HoldScope(), today) for name in given.get("holds", ())]
    outcome = decide_retention(facts, policy, holds=holds, today=today)
    answers = {"state": outcome.state, "due": outcome.due, "action": outcome.action}
    return {**answers, **_ruling(outcome.decision)}


def _paper(given: Plain, policy: PolicySet) -> dict[str, Any]:
    paper, client = given["paper"], _client(given)
    name, text = paper["name"], paper.get("text", "")
    decided = classify(
        PaperFacts(
            name=name,
            path=paper.get("path", name),
            mime=paper.get("mime", ""),
            size=paper.get("size", len(text.encode())),
            text=text,
            xml_root=paper.get("xml_root", ""),
            detected=paper.get("detected", {}),
            client={key: client[key] for key in ("kind", "jurisdiction")},
        ),
        policy,
    )
    return {
        "series": decided.series,
        "type": decided.type,
        "level": decided.level,
        "rule": decided.rule,
        "inbox": decided.inbox,
        "pack": decided.decisions[0].pack,
    }


def _share(given: Plain, policy: PolicySet) -> dict[str, Any]:
    asked, today = given["share"], _today(given)
    question = ShareQuestion(
        level=asked["level"],
        series=asked["series"],
        purpose=asked.get("purpose", ""),
        format=asked.get("format", "age"),
        expires_on=today + timedelta(days=asked.get("days", 1)),
        today=today,
        destination=asked.get("destination", "domestic"),
        home=_client(given)["jurisdiction"],
        has_consent=asked.get("consent", False),
        has_watermark=asked.get("watermark", False),
        approvals=asked.get("approvals", {}),
        subjects_this_year=asked.get("subjects_this_year"),
        sensitive_subjects_this_year=asked.get("sensitive_subjects_this_year"),
    )
    return _permission(decide_share(question, policy))


def _access(given: Plain, policy: PolicySet) -> dict[str, Any]:
    asked = given["access"]
    question = AccessQuestion(
        role=asked["role"],
        operation=asked["operation"],
        today=_today(given),
        level=asked.get("level", ""),
        series=asked.get("series", ""),
        registers={
            name: date.fromisoformat(until)
            for name, until in asked.get("registers", {}).items()
        },
        granted_on=_day(asked.get("granted_on")),
        other_roles=frozenset(asked.get("other_roles", ())),
    )
    demanded = demanded_approvals(question, policy)
    return {
        **_permission(decide_access(question, policy)),
        "approvals": {one.roles[0]: one.count for one in demanded},
    }


def _destroy(given: Plain, policy: PolicySet) -> dict[str, Any]:
    series = given["destroy"]["series"]
    try:
        rule = required_approvals(series, policy, _today(given))
    except PolicyRefusal as refused:
        return {"permitted": False, "hint": refused.message}
    packs = {one.id: pack.id for pack, one in list_destroy_rules(series, policy)}
    return {
        "permitted": True,
        "rule": rule.id,
        "pack": packs.get(rule.id),
        "approvals": {one.role: one.count for one in rule.approvals},
        "automatic": rule.is_automatic,
        "witnesses": rule.witnesses,
        "grace_days": rule.grace_days,
        "opinions": rule.opinions,
        "witness_from": rule.witness_from,
        "certificate": rule.certificate,
        "distinct": rule.is_distinct,
        "separate": rule.separate,
    }


def _archive(given: Plain, policy: PolicySet) -> dict[str, Any]:
    asked = given["archive"]
    question = ArchiveQuestion(
        series=asked["series"],
        period=asked.get("period"),
        fiscal_year_end=_client(given)["fiscal_year_end"],
        today=_today(given),
    )
    outcome = decide_archive(question, policy)
    return {
        "close_from": outcome.close_from,
        "checks": outcome.checks,
        "registers": outcome.registers,
        "hand_over_to": outcome.hand_over_to or None,
        "hand_over_from": outcome.hand_over_from,
        "hand_over_by": outcome.hand_over_by,
        **_permission(outcome.decision),
    }


def _permission(decision: Decision) -> dict[str, Any]:
    return {
        "permitted": decision.result == ALLOW,
        "hint": decision.facts.get("hint"),
        **_ruling(decision),
    }


def _ruling(decision: Decision) -> dict[str, Any]:
    return {
        "rule": decision.rule,
        "pack": decision.pack or None,
        "citation": decision.citation or None,
    }


def _shown(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {value[name]}" for name in sorted(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(sorted(str(one) for one in value))
    return str(value)


_ASK: dict[str, Callable[[Plain, PolicySet], dict[str, Any]]] = {
    "series": _retention,
    "paper": _paper,
    "share": _share,
    "destroy": _destroy,
    "access": _access,
    "archive": _archive,
}
