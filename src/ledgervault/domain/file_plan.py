"""The file plan as rows: one line a series, as spreadsheets and registers want it."""

from collections.abc import Iterator

from ledgervault.domain.destruction import required_approvals
from ledgervault.domain.policy import Pack, PolicySet, Series
from ledgervault.errors import PolicyRefusal

COLUMNS = (
    "pack",
    "version",
    "series",
    "title_zh",
    "title_en",
    "family",
    "role",
    "level",
    "min",
    "max",
    "trigger",
    "starts",
    "longer_if",
    "then",
    "block_while",
    "electronic_only",
    "approvals",
    "witnesses",
    "citation",
    "url",
    "effective_from",
    "effective_to",
    "verified_on",
    "confirmed",
    "note",
)


def list_file_plan(policy: PolicySet) -> Iterator[dict[str, str]]:
    """Yield every definition of every series, in pack order."""
    for pack in policy.packs:
        for series in pack.series:
            yield {
                **_identity(pack, series),
                **_keeping(series),
                **_end(series, policy),
            }


def _identity(pack: Pack, series: Series) -> dict[str, str]:
    return {
        "pack": pack.id,
        "version": pack.version,
        "series": series.id,
        "title_zh": series.title.get("zh", ""),
        "title_en": series.title.get("en", ""),
        "family": series.family,
        "role": series.role,
        "level": series.level,
    }


def _keeping(series: Series) -> dict[str, str]:
    rule = series.retention
    longer = (f"{matter} {length}" for matter, length in rule.longer_if.items())
    return {
        "min": "permanent" if rule.is_permanent else str(rule.minimum or ""),
        "max": str(rule.maximum or ""),
        "trigger": rule.trigger,
        "starts": rule.starts if rule.triggers else "",
        "longer_if": "; ".join(longer),
        "then": series.then,
        "block_while": "; ".join(series.block_while),
        "electronic_only": series.electronic_only,
    }


def _end(series: Series, policy: PolicySet) -> dict[str, str]:
    about = series.about
    return {
        **_approvals(series.id, policy),
        "citation": series.citation,
        "url": about.url,
        "effective_from": str(about.effective_from or ""),
        "effective_to": str(about.effective_to or ""),
        "verified_on": str(about.verified_on or ""),
        "confirmed": "yes" if about.is_confirmed else "no",
        "note": about.note,
    }


def _approvals(series: str, policy: PolicySet) -> dict[str, str]:
    try:
        rule = required_approvals(series, policy)
    except PolicyRefusal:
        return {"approvals": "", "witnesses": ""}
    people = "; ".join(f"{one.count} x {one.role}" for one in rule.approvals)
    return {
        "approvals": people or "automatic",
        "witnesses": str(rule.witnesses),
    }
