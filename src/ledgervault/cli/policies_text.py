"""How policies look: the file plan, an adoption, an explained decision."""

from typing import Any

from ledgervault.cli.session import current
from ledgervault.cli.words import language, phrase, translate


def policy_shape(policy: Any) -> dict[str, Any]:
    """Return the contract's shape of an adopted policy."""
    return {
        "hash": policy.hash(),
        "packs": [
            {"pack": pack.id, "version": pack.version, "hash": pack.source_hash}
            for pack in policy.packs
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


def adoption_shape(adoption: Any) -> dict[str, Any]:
    """Return the contract's shape of an adoption and its effects."""
    return {
        "hash": adoption.hash,
        "packs": [
            {"pack": pack, "version": version} for pack, version in adoption.packs
        ],
        "changed": [
            {
                "id": one.code,
                "old_due": _day(one.old_due),
                "new_due": _day(one.new_due),
                "shortened": one.is_shortened,
            }
            for one in adoption.effects
        ],
        "adopted": adoption.is_adopted,
    }


def adoption_text(adoption: Any) -> str:
    """Say what was adopted and how many dates move."""
    verb = "Adopted" if adoption.is_adopted else "Would be adopted"
    names = ", ".join(f"{pack} {version}" for pack, version in adoption.packs)
    moved = phrase(
        "{count} documents get another due date.", count=len(adoption.effects)
    )
    return f"{translate(verb)}: {names}\n{moved}"


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
    lines += [
        f"    {translate(key)}: {printable(translate(str(value)))}"
        for key, value in decision.facts.items()
    ]
    lines += [
        f"    {translate('lost')}: {loser.rule} ({translate(loser.reason)})"
        for loser in decision.losers
    ]
    return lines


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
