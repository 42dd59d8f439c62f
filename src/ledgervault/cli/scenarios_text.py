"""How a run of scenarios looks: one line a difference, then the counts."""

from typing import Any

from ledgervault.cli.words import phrase


def report_shape(report: Any) -> dict[str, Any]:
    """Return the contract's shape of a run."""
    return {
        "ok": report.failed == 0,
        "scenarios": report.total,
        "passed": report.total - report.failed,
        "failed": report.failed,
        "packs": dict(report.packs),
        "failures": [
            {
                "scenario": one.scenario.id,
                "file": one.scenario.file,
                "line": one.scenario.line,
                "key": one.key,
                "expected": one.expected,
                "found": one.found,
            }
            for one in report.mismatches
        ],
    }


def report_text(report: Any) -> str:
    """Write what differed, and how many scenarios ran for each pack."""
    from ledgervault.formats.sanitising import printable

    lines = [
        phrase(
            "{place}: {scenario}: {key} expected {expected}, found {found}",
            place=printable(f"{one.scenario.file}:{one.scenario.line}"),
            scenario=one.scenario.id,
            key=one.key,
            expected=printable(one.expected),
            found=printable(one.found),
        )
        for one in report.mismatches
    ]
    lines += [
        phrase("{pack}: {count} scenarios.", pack=pack, count=count)
        for pack, count in report.packs.items()
    ]
    return "\n".join(lines)
