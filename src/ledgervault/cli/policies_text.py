"""How policies look: the file plan, an adoption, an explained decision."""

from typing import Any

from ledgervault.cli.session import current
from ledgervault.cli.words import language, translate


def policy_shape(policy: Any) -> dict[str, Any]:
    """Return the contract's shape of an adopted policy."""
    return {
        "hash": policy.hash(),
        "packs": [
            {"pack": pack.id, "version": pack.version, "hash": pack.source_hash}
            for pack in (*policy.packs, *policy.overrides)
        ],
        "series": [_series_shape(one) for one in policy.all_series()],
    }


def _series_shape(series: Any) -> dict[str, Any]:
    return {
        "id": series.id,
        "title": dict(series.title),
        "family": series.family,
        "level": series.level,
        "retention": series.retention.text,
        "trigger": series.retention.trigger,
        "then": series.then,
        "citation": series.citation,
        "confirmed": series.is_confirmed,
    }


def policy_text(policy: Any) -> str:
    """Write the packs and their file plan as a table."""
    heading = "  ".join(f"{pack.id} {pack.version}" for pack in policy.packs)
    rows = [
        (
            one.id,
            one.title.get(language(), ""),
            translate(one.level),
            one.retention.text,
            one.retention.trigger or "-",
            one.then,
            one.citation,
        )
        for one in policy.all_series()
    ]
    columns = ("series", "title", "level", "keep", "from", "then", "citation")
    return heading + "\n" + current().output.table(columns, rows)


def explained_shape(explained: Any) -> dict[str, Any]:
    """Return the contract's shape of an explanation."""
    return {
        explained.kind: explained.name,
        "state": explained.state,
        "due": _day(explained.due),
        "decisions": [decision.as_json() for decision in explained.decisions],
    }


def explained_text(explained: Any) -> str:
    """Write every decision with its rule, law, facts and losers."""
    from ledgervault.formats.sanitising import printable

    lines = [
        printable(explained.name),
        f"  {translate(explained.state)}, {explained.due or translate('not known')}",
    ]
    for decision in explained.decisions:
        lines += _decision_lines(decision)
    return "\n".join(lines)


def _decision_lines(decision: Any) -> list[str]:
    from ledgervault.formats.sanitising import printable

    source = " ".join(part for part in (decision.pack, decision.version) if part)
    rule = f"    {translate('rule')} {decision.rule}"
    lines = [f"  {translate(decision.subject)}: {printable(decision.result)}"]
    lines.append(f"{rule} ({source})" if source else rule)
    if decision.citation:
        lines.append(f"    {translate('law')} {decision.citation}")
    lines += [f"    {key}: {printable(str(v))}" for key, v in decision.facts.items()]
    lines += [
        f"    {translate('lost')}: {loser.rule} ({loser.reason})"
        for loser in decision.losers
    ]
    return lines


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
