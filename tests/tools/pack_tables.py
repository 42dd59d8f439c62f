"""Tables of the shipped packs for docs/reference/packs.md.

python tests/tools/pack_tables.py rewrites what stands between the marks of each pack;
the words around the tables are written by hand.
"""

import re
from pathlib import Path

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
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
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
    return _row((f"`{rule.id}`", section, rule.title["en"], *_source(rule)))


def _source(rule: Rule) -> tuple[str, str]:
    return rule.citation, "yes" if rule.is_confirmed else "no"


def _length(series: Series) -> str:
    rule = series.retention
    if rule.is_permanent:
        return "for ever"
    parts = []
    if rule.minimum is not None:
        parts.append(_spoken(str(rule.minimum)))
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
    found = re.findall(r"(\d+)([YMWD])", period)
    words = [f"{n} {_UNITS[unit]}{'' if n == '1' else 's'}" for n, unit in found]
    return " ".join(words)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
