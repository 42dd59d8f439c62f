"""The sentences of an explanation, in both languages."""

import re
from collections.abc import Iterator
from typing import Any

from ledgervault.cli.words import phrase, translate
from ledgervault.ids import short_code

_ORIGINS = {
    "document": "said of this document",
    "content": "read in the paper",
    "name": "from the file name",
    "folders": "from the folders",
    "client": "from the client's record",
    "event": "from an event of the client",
    "ingest": "the day it was taken in",
    "unknown": "nobody has said so",
}
_STARTS = {
    "same_day": "the same day",
    "next_day": "next day",
    "next_calendar_year": "next calendar year",
    "next_fiscal_year": "next fiscal year",
}
_CHANGES = {
    "release": "releasing hold {subject}: vault hold release {subject}",
    "state": "stating {name}: vault edit {id} --fact {subject}=DATE, "
    "or for all papers vault client event {client} {subject} DATE",
    "period": "giving it a period: vault edit {id} --period PERIOD",
    "another-period": "another period, or another fiscal year of the client",
    "fact": "another {name}, said of the document or of the client",
    "close": "closing {name}: vault client event {client} {subject} closed",
    "series": "another series: vault edit {id} --series SERIES",
    "disposal": "an approved disposal destroys it; a hold keeps it",
    "policy": "adopting packs with another rule; a filed date never gets shorter by that",
}
_REASONS = tuple(
    (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>.+)", template)), template)
    for template in (
        "{name} is not known",
        "held: {names}",
        "kept while open: {names}",
        "ends {day}, which is not later",
        "{winner} outlasts {loser}",
        "series {name}",
        "rule {name}",
        "detector {name}",
    )
)
_UNITS = {"Y": "{count} years", "M": "{count} months", "D": "{count} days"}


def reason_text(reason: str) -> str:
    """Write a rule's reason; reasons that name something are taken apart first."""
    for pattern, template in _REASONS:
        found = pattern.fullmatch(reason)
        if found:
            named = {key: _named(value) for key, value in found.groupdict().items()}
            return phrase(template, **named)
    return "; ".join(translate(part) for part in reason.split("; "))


def law_rows(law: Any) -> Iterator[tuple[str, str]]:
    """Yield label and value of a rule, its law, and when it was checked."""
    source = " ".join(part for part in (law.pack, law.version) if part)
    rule = translate(law.rule)  # a person's word is no rule, and has a name
    yield "rule", f"{rule} ({source})" if source else rule
    if law.citation:
        yield "law", law.citation
    checked = [phrase("verified on {day}", day=law.verified_on)]
    if not law.is_confirmed:
        checked = [translate("not confirmed by a source")]
    if law.effective_from:
        checked.append(phrase("in force since {day}", day=law.effective_from))
    if law.verified_on or not law.is_confirmed:
        yield "source", ", ".join(checked)


def _named(value: str) -> str:
    return ", ".join(translate(part) for part in value.split(", "))


def fact_text(fact: Any) -> str:
    """Write a fact's value and where it comes from."""
    value = translate(fact.value or "?")
    origin = translate(_ORIGINS[fact.origin])
    if "event" not in fact.detail:
        return f"{value}  ({origin})"
    detail = fact.detail
    who = short_code("U", bytes.fromhex(detail["by"])) if detail["by"] else ""
    parts = (detail["event"], detail["on"], who, detail["reason"])
    return f"{value}  ({origin}: {', '.join(part for part in parts if part)})"


def starts_text(starts: str) -> str:
    """Write where counting begins."""
    return translate(_STARTS.get(starts, starts))


def length_text(period: str) -> str:
    """Write a period for people, with its ISO form; `P30Y` is 30 years."""
    count, unit = period[1:-1], period[-1]
    if not count.isdigit() or unit not in _UNITS:
        return period
    return f"{period} ({phrase(_UNITS[unit], count=count)})"


def change_text(change: Any, explained: Any) -> str:
    """Write what would change an outcome, with the command that does it."""
    return phrase(
        _CHANGES[change.kind],
        subject=change.subject,
        name=translate(change.subject),
        id=explained.name if explained.kind == "document" else "D-...",
        client=explained.client or "CODE",
    )
