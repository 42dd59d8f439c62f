"""How an adoption looks: what would change, in numbers and examples."""

from collections.abc import Sequence
from typing import Any

from ledgervault.cli.words import phrase, translate

EXAMPLES = 3


def adoption_shape(adoption: Any) -> dict[str, Any]:
    """Return the contract's shape of an adoption and its effects."""
    effects = adoption.effects
    return {
        "hash": adoption.hash,
        "packs": [
            {"pack": pack, "version": version} for pack, version in adoption.packs
        ],
        "changed": [_effect_shape(one) for one in effects],
        "counts": {
            "dates": sum(one.moves_date for one in effects),
            "shortened": sum(one.is_shortened for one in effects),
            "levels": sum(one.raises_level for one in effects),
            "access": sum(one.moves_access for one in effects),
        },
        "recorded": list(adoption.recorded),
        "adopted": adoption.is_adopted,
    }


def adoption_text(adoption: Any) -> str:
    """Say what was adopted and what it changes for documents."""
    verb = "Adopted" if adoption.is_adopted else "Would be adopted"
    names = ", ".join(f"{pack} {version}" for pack, version in adoption.packs)
    lines = [f"{translate(verb)}: {names}", *_dates(adoption.effects)]
    lines += _levels(adoption.effects)
    lines += _access(adoption.effects)
    if adoption.recorded:
        sections = ", ".join(adoption.recorded)
        lines.append(
            phrase(
                "Recorded, not enforced by this version: {sections}", sections=sections
            )
        )
    return "\n".join(lines)


def _dates(effects: Sequence[Any]) -> list[str]:
    moved = [one for one in effects if one.moves_date]
    lines = [phrase("{count} documents get another due date.", count=len(moved))]
    shortened = [one for one in moved if one.is_shortened]
    if shortened:
        lines.append(
            phrase("{count} of them an earlier one (!).", count=len(shortened))
        )
    lines += [
        f"  {one.code}: {_day(one.old_due)} -> {_day(one.new_due)}"
        for one in (shortened or moved)[:EXAMPLES]
    ]
    return lines


def _levels(effects: Sequence[Any]) -> list[str]:
    raised = [one for one in effects if one.raises_level]
    if not raised:
        return []
    heading = (
        "{count} documents are asked for a higher level; raise it by `vault edit`."
    )
    return [
        phrase(heading, count=len(raised)),
        *(
            f"  {one.code}: {translate(one.old_level)} -> {translate(one.new_level)}"
            for one in raised[:EXAMPLES]
        ),
    ]


def _access(effects: Sequence[Any]) -> list[str]:
    moved = [one for one in effects if one.moves_access]
    if not moved:
        return []
    return [
        phrase("For {count} documents the rules name other readers.", count=len(moved)),
        *(
            f"  {one.code}: {', '.join(one.new_readers) or translate('nobody')}"
            for one in moved[:EXAMPLES]
        ),
    ]


def _effect_shape(one: Any) -> dict[str, Any]:
    return {
        "id": one.code,
        "old_due": one.old_due.isoformat() if one.old_due else None,
        "new_due": one.new_due.isoformat() if one.new_due else None,
        "shortened": one.is_shortened,
        "old_level": one.old_level,
        "new_level": one.new_level,
        "old_readers": list(one.old_readers),
        "new_readers": list(one.new_readers),
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else translate("no date")
