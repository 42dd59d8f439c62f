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


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
