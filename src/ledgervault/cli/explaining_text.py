"""How an explained decision looks: a page that a partner can read out and defend."""

from collections.abc import Iterator
from typing import Any

from ledgervault.cli.explaining_words import (
    change_text,
    fact_text,
    law_rows,
    length_text,
    reason_text,
    starts_text,
)
from ledgervault.cli.output import terminal_width
from ledgervault.cli.words import language, phrase, translate
from ledgervault.formats.pages import Page
from ledgervault.ids import short_code


def explained_text(explained: Any) -> str:
    """Write the page: outcome, retention, facts, holds, classification, changes."""
    page = Page(terminal_width())
    _head(page, explained)
    _retention(page, explained)
    _facts(page, explained)
    _holds(page, explained)
    _classification(page, explained)
    page.section(translate("What would change it"))
    for change in explained.changes:
        page.item(change_text(change, explained))
    return page.text()


def _head(page: Page, explained: Any) -> None:
    page.title(explained.name, explained.title)
    title = explained.laws["retention"].title.get(language(), "")
    series = f"{explained.series} {title}".strip()
    parts = (explained.client, series, translate(explained.level))
    page.line(" · ".join(part for part in parts if part))
    action = phrase("then {action}", action=translate(explained.outcome.action))
    page.verdict(_verdict(explained), f"{translate(explained.state)}, {action}")


def _verdict(explained: Any) -> str:
    if explained.due is not None:
        return phrase("Kept until {due}", due=explained.due)
    is_permanent = explained.outcome.decision.facts.get("retention") == "permanent"
    return translate("Kept for ever" if is_permanent else "Kept; its end is not known")


def _retention(page: Page, explained: Any) -> None:
    decision = explained.outcome.decision
    page.section(translate("Retention"))
    for label, value in law_rows(explained.laws["retention"]):
        page.row(translate(label), value)
    page.row(translate("because"), reason_text(decision.facts.get("because", "-")))
    for number, (label, value) in enumerate(_steps(explained)):
        page.row(translate("reckoning") if number == 0 else "", f"{value}  {label}")
    for loser in decision.losers:
        page.row(
            translate("lost"), f"{loser.pack} {loser.rule}: {reason_text(loser.reason)}"
        )
    if not decision.losers:
        page.row(translate("lost"), translate("no other pack has a rule for this"))


def _steps(explained: Any) -> Iterator[tuple[str, Any]]:
    found = explained.reckoning
    if found is None:
        return
    yield translate(found.trigger), found.cut_off
    if found.starts_on != found.cut_off:
        yield "+ " + starts_text(found.starts), found.starts_on
    yield f"+ {length_text(found.period)}", found.ends_on
    if not found.is_decisive:
        yield translate("another rule keeps longer"), explained.due


def _facts(page: Page, explained: Any) -> None:
    page.section(translate("Facts used"))
    for fact in explained.facts:
        page.row(translate(fact.name), fact_text(fact))
    if not explained.facts:
        page.item(translate("none; the period counts from nothing"))


def _holds(page: Page, explained: Any) -> None:
    page.section(translate("Holds"))
    for view in explained.holds:
        page.row(view.code, f"{view.hold.placed_on}  {view.hold.reason}")
    if not explained.holds:
        page.item(translate("none"))


def _classification(page: Page, explained: Any) -> None:
    page.section(translate("Classification"))
    for decision in explained.decisions[:-1]:
        result = " / ".join(map(translate, decision.result.split(" / ")))
        page.row(translate(decision.subject), result)
        # The level has many reasons, and no one rule: they are written as such.
        is_by_rule = decision.subject != "level"
        rows = law_rows(explained.laws[decision.subject]) if is_by_rule else ()
        for label, value in rows:
            page.row(translate(label), value)
        for loser in decision.losers:
            page.row(
                translate("lost"),
                f"{loser.pack} {loser.rule}: {reason_text(loser.reason)}",
            )
        because = decision.facts.get("because")
        if because:
            page.row(translate("because"), reason_text(because))
    _filed(page, explained)


def _filed(page: Page, explained: Any) -> None:
    if explained.kind != "document":
        return
    filed, today = explained.filed, explained.today
    if filed is not None:
        who = short_code("U", bytes.fromhex(filed.by))
        page.row(translate("filed"), f"{filed.at[:10]}  {who}  {filed.reason}".rstrip())
    if today is None:
        page.row(translate("today"), translate("the adopted rules say the same"))
    else:
        said = f"{today.series} / {translate(today.level)} ({today.rule})"
        page.row(translate("today"), phrase("the rules would say {said}", said=said))
