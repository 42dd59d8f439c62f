"""How papers that wait look, what is suggested for them, and the command that accepts it."""

import shlex
from typing import Any

from ledgervault.cli.output import number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import printable

COLUMNS = ("id", "client", "title", "period", "also", "suggested", "confidence")

WAITING_KEYS = ("suggestion", "proposed_client", "proposed_period", "accept")


def waiting_shape(paper: Any) -> dict[str, Any]:
    """Return what is said of a paper that waits; of None, that it does not."""
    if paper is None:
        return {**dict.fromkeys(WAITING_KEYS), "reasons": []}
    return {
        "reasons": list(paper.reasons),
        "suggestion": suggestion_shape(paper.suggestion),
        "proposed_client": paper.client,
        "proposed_period": paper.period,
        "accept": accepting_command(paper),
    }


def suggestion_shape(found: Any) -> dict[str, Any] | None:
    """Return a suggestion's shape; confidences lie between 0 and 1."""
    if found is None:
        return None
    return {
        "series": found.series,
        "confidence": found.confidence,
        "type": found.type,
        "type_confidence": found.type_confidence if found.type else None,
    }


def inbox_shape(inbox: Any) -> dict[str, Any]:
    """Return a page of the in tray."""
    return {
        "documents": [
            {**paper.view.as_json(), **waiting_shape(paper)} for paper in inbox.papers
        ],
        "counts": dict(inbox.counts),
        "total": inbox.total,
        "reviewed": inbox.reviewed,
        "next": inbox.next,
    }


def accepting_command(paper: Any) -> str | None:
    """Write the command that files a paper as proposed; None without a proposal."""
    found = paper.suggestion
    proposed = (
        ("--client", paper.client),
        ("--series", found.series if found else None),
        ("--type", found.type if found else None),
        ("--period", paper.period),
    )
    words = [word for name, value in proposed if value for word in (name, value)]
    if not words:
        return None
    code = paper.view.row.code
    return shlex.join(["vault", "edit", code, *words, "--reason", "suggested"])


def suggestion_text(paper: Any) -> str:
    """Say in a few words what a paper might be."""
    found = paper.suggestion
    words = [found.series, found.type] if found else []
    return ", ".join(word for word in (*words, paper.period, paper.client) if word)


def percent_text(confidence: float) -> str:
    """Write a confidence; never as certainty."""
    return f"{min(int(confidence * 100), 99)} %"


def inbox_text(inbox: Any) -> str:
    """Write a page of the in tray, grouped by what each paper waits for."""
    if not inbox.total:
        return translate("The in tray is empty.")
    counts = ", ".join(
        f"{translate(reason)} {number_text(count)}"
        for reason, count in inbox.counts.items()
    )
    total = number_text(inbox.total)
    lines = [phrase("{count} papers wait: {reasons}.", count=total, reasons=counts)]
    for reason in inbox.counts:
        lines += _group(
            reason, [one for one in inbox.papers if one.reasons[0] == reason]
        )
    if inbox.next is not None:
        lines += ["", phrase("More: --after {next}", next=inbox.next)]
    return "\n".join([*lines, "", *_next_steps(inbox)])


def _group(reason: str, papers: list[Any]) -> list[str]:
    if not papers:
        return []
    table = current().output.table(
        COLUMNS, [_row(paper) for paper in papers], right=(6,)
    )
    commands = [accepting_command(paper) for paper in papers]
    return [
        "",
        translate(reason),
        table,
        *(f"  {printable(command)}" for command in commands if command),
    ]


def _row(paper: Any) -> tuple[object, ...]:
    found = paper.suggestion
    return (
        paper.view.row.code,
        paper.view.client or "-",
        paper.details.title,
        paper.details.period or "-",
        ", ".join(translate(reason) for reason in paper.reasons[1:]) or "-",
        suggestion_text(paper) or "-",
        percent_text(found.confidence) if found else "-",
    )


def _next_steps(inbox: Any) -> list[str]:
    if any(paper.suggestion for paper in inbox.papers):
        learned = phrase(
            "Suggestions learned from {count} reviewed filings; they decide nothing.",
            count=number_text(inbox.reviewed),
        )
        return [learned, translate("Next: vault edit --from-inbox --accept --dry-run")]
    return [
        translate(
            "Next: vault edit ID --series S --period P --reason R, or vault edit ID --keep"
        )
    ]
