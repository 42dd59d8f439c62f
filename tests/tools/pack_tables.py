"""Tables of the shipped packs for docs/reference/packs.md.

python tests/tools/pack_tables.py rewrites what stands between the marks of each pack;
the words around the tables are written by hand.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.policy import Pack
from ledgervault.domain.rules import Rule, Series
from ledgervault.storage.shipped_packs import shipped_pack_names

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "packs.md"
ACTS = ("share", "destroy", "archive", "access", "registers", "audit")
SERIES_HEAD = (
    "| series | what | keep | counts from | then | source | confirmed |",
    "|---|---|---|---|---|---|---|",
)
ACTS_HEAD = ("| rule | of | what | source | confirmed |", "|---|---|---|---|---|")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}
MANY = 5
_STARTS = {
    "same_day": "from that day",
    "next_day": "from the next day",
    "next_calendar_year": "from the next 1 January",
    "next_fiscal_year": "from the next fiscal year",
}


def tables_of(pack: Pack) -> str:
    """Render the two tables of a pack."""
    series = [_series_row(one) for one in pack.series]
    acts = [_act_row(name, rule) for name in ACTS for rule in pack.rules(name)]
    return "\n".join([*SERIES_HEAD, *series, "", *ACTS_HEAD, *acts])


def read_tables(page: str, pack: str) -> str:
    """Return what stands between the marks of a pack."""
    found = re.search(_marks(pack), page, re.DOTALL)
    return found[1].strip() if found else ""


def main() -> None:
    page = PAGE.read_text("utf-8")
    for name in shipped_pack_names():
        tables = tables_of(load_shipped_policy([name]).packs[0])
        head, _old, rest = re.split(_marks(name), page, maxsplit=1, flags=re.DOTALL)
        page = f"{head}<!-- {name} -->\n{tables}\n<!-- end of {name} -->{rest}"
    PAGE.write_text(page, "utf-8")


def _marks(pack: str) -> str:
    return rf"<!-- {pack} -->\n(.*?)<!-- end of {pack} -->"


def _series_row(series: Series) -> str:
    rule = series.retention
    starts = f"{rule.trigger.replace('_', ' ')}, {_STARTS[rule.starts]}"
    cells = (
        f"`{series.id}`",
        series.title["en"],
        _length(series),
        "" if rule.is_permanent else starts,
        series.then,
        *_source(series),
    )
    return _row(cells)


def _act_row(section: str, rule: Rule) -> str:
    detail = "; ".join(_DETAILS[section](rule))
    what = f"{rule.title['en']}: {detail}" if detail else rule.title["en"]
    return _row((f"`{rule.id}`", section, what, *_source(rule)))


def _of_share(rule: Any) -> Iterator[str]:
    if rule.is_refusal:
        named = ", ".join(f"`{one}`" for one in rule.purposes)
        yield f"refused for {named}" if named else "refused"
        return
    yield f"{' or '.join(rule.levels)} as {', '.join(rule.formats)}"
    yield f"for {_spoken(str(rule.longest))}"
    if len(rule.destinations) > MANY:
        yield f"to {len(rule.destinations)} countries"
    elif rule.destinations:
        yield f"to {', '.join(rule.destinations)}"
    if rule.residency:
        yield f"stays in {', '.join(rule.residency)}"
    if rule.needs_consent:
        yield "with consent"
    yield from _people(rule.approvals)
    if rule.counter:
        limits = (rule.counter.subjects, rule.counter.sensitive_subjects)
        known = [f"{limit:,}" for limit in limits if limit]
        yield f"up to {' and '.join(known)} people a year"


def _of_destroy(rule: Any) -> Iterator[str]:
    yield from _people(rule.approvals)
    if rule.opinions:
        yield f"{len(rule.opinions)} opinions"
    if rule.witnesses:
        places = ", ".join(rule.witness_from).replace("_", " ")
        yield f"witnesses: {rule.witnesses}{f' from {places}' if places else ''}"
    if rule.grace_days:
        yield f"{rule.grace_days} days to think again"


def _of_archive(rule: Any) -> Iterator[str]:
    closes = _spoken(str(rule.close_after))
    yield f"closes {closes} after the year" if closes else "closes with the year"
    if rule.hand_over:
        after, latest = rule.hand_over.after, rule.hand_over.latest
        span = f"{_spoken(str(after))} to {_spoken(str(latest))}"
        yield f"to the {rule.hand_over.to} within {span}"
    if rule.electronic_only == "refused":
        yield "on paper too"


def _of_access(rule: Any) -> Iterator[str]:
    yield f"up to {rule.level}"
    if rule.requires:
        yield f"takes {' and '.join(rule.requires)}"
    if rule.valid_for:
        yield f"for {_spoken(str(rule.valid_for))}"
    for one in rule.approvals:
        where = " where there is one" if one.is_where_possible else ""
        yield f"{one.count} other {one.role} agrees{where}"


def _of_registers(rule: Any) -> Iterator[str]:
    for one in rule.deadlines:
        named = one.after.replace("_", " ")
        length = _spoken(one.within)
        yield f"within {length} of {named}" if length else f"by {named}"


def _of_audit(rule: Any) -> Iterator[str]:
    yield f"`{rule.check}`, every {_spoken(str(rule.every))}, {rule.severity}"


def _people(approvals: Any) -> Iterator[str]:
    for one in approvals:
        yield f"{one.count} {one.role} agrees"


_DETAILS: dict[str, Callable[[Any], Iterator[str]]] = {
    "share": _of_share,
    "destroy": _of_destroy,
    "archive": _of_archive,
    "access": _of_access,
    "registers": _of_registers,
    "audit": _of_audit,
}


def _source(rule: Rule) -> tuple[str, str]:
    return rule.citation, "yes" if rule.is_confirmed else "no"


def _length(series: Series) -> str:
    rule = series.retention
    if rule.is_permanent:
        return "for ever"
    parts = []
    if rule.minimum is not None:
        parts.append(_spoken(str(rule.minimum)) or "no longer than that day")
    if rule.maximum is not None:
        is_same = rule.maximum == rule.minimum
        parts.append(
            "no longer" if is_same else f"at most {_spoken(str(rule.maximum))}"
        )
    parts += [
        f"{_spoken(str(length))} while {matter.replace('_', ' ')}"
        for matter, length in rule.longer_if.items()
    ]
    return ", ".join(parts)


def _spoken(period: str) -> str:
    found = [pair for pair in re.findall(r"(\d+)([YMWDH])", period) if pair[0] != "0"]
    words = [f"{n} {_UNITS[unit]}{'' if n == '1' else 's'}" for n, unit in found]
    return " ".join(words)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
