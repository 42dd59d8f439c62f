"""How an explained decision is shaped for scripts, in the contract's words."""

from typing import Any


def explained_shape(explained: Any) -> dict[str, Any]:
    """Return the contract's shape of an explanation."""
    return {
        explained.kind: explained.name,
        "client": explained.client,
        "series": explained.series,
        "level": explained.level,
        "state": explained.state,
        "due": _day(explained.due),
        "action": explained.outcome.action,
        "decisions": [_decision(one, explained.laws) for one in explained.decisions],
        "facts": [
            {"name": f.name, "value": f.value, "from": f.origin, **f.detail}
            for f in explained.facts
        ],
        "reckoning": _reckoning(explained.reckoning),
        "holds": [_hold(view) for view in explained.holds],
        "filed": _filed(explained.filed),
        "today": _today(explained.today),
        "changes": [
            {"kind": one.kind, "subject": one.subject} for one in explained.changes
        ],
    }


def _decision(decision: Any, laws: Any) -> dict[str, Any]:
    law = laws[decision.subject]
    return {
        **decision.as_json(),
        "verified_on": law.verified_on or None,
        "effective_from": law.effective_from or None,
        "confirmed": law.is_confirmed,
    }


def _reckoning(reckoning: Any) -> dict[str, Any] | None:
    if reckoning is None:
        return None
    return {
        "trigger": reckoning.trigger,
        "cut_off": _day(reckoning.cut_off),
        "starts": reckoning.starts,
        "starts_on": _day(reckoning.starts_on),
        "period": reckoning.period,
        "ends_on": _day(reckoning.ends_on),
        "decisive": reckoning.is_decisive,
    }


def _hold(view: Any) -> dict[str, Any]:
    return {
        "id": view.code,
        "reason": view.hold.reason,
        "placed_on": _day(view.hold.placed_on),
        "owner": view.owner,
    }


def _filed(filed: Any) -> dict[str, Any] | None:
    if filed is None:
        return None
    return {
        "series": filed.series,
        "rule": filed.rule,
        "pack": filed.law.pack,
        "version": filed.law.version,
        "citation": filed.law.citation,
        "at": filed.at,
        "by": filed.by,
        "reason": filed.reason,
    }


def _today(today: Any) -> dict[str, Any] | None:
    if today is None:
        return None
    decision = today.decisions[0]
    return {
        "series": today.series,
        "level": today.level,
        "rule": today.rule,
        "pack": decision.pack,
        "version": decision.version,
        "citation": decision.citation,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
