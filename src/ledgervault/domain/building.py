"""Build a pack from its plain source: the same for YAML and for the adopted copy.

The source is what is hashed and adopted. Whoever calls this has checked its
shape, or is told so: nothing malformed becomes a rule.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.policy import (
    LANGUAGE,
    PERMANENT,
    Approval,
    ClassifyRule,
    DestroyRule,
    DetectRule,
    Pack,
    PolicySet,
    Retention,
    Series,
    ShareRule,
    malformed,
)

Source = Mapping[str, Any]


def policy_from_json(raw: Any) -> PolicySet:
    """Rebuild an adopted policy; ConfigurationInvalid for anything malformed."""
    if not isinstance(raw, dict) or raw.get("language") != LANGUAGE:
        raise malformed("it is of another language")
    try:
        return PolicySet(tuple(build_pack(source) for source in raw["packs"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise malformed("a rule has no known form") from error


def build_pack(source: Source) -> Pack:
    """Build a pack; KeyError, TypeError or ValueError for a malformed source."""
    return Pack(
        id=source["pack"],
        version=source["version"],
        title=dict(source["title"]),
        jurisdiction=source["jurisdiction"],
        series=tuple(_series(one) for one in source.get("series", ())),
        classify=tuple(_classify(one) for one in source.get("classify", ())),
        detect=tuple(_detect(one) for one in source.get("detect", ())),
        share=tuple(_share(one) for one in source.get("share", ())),
        destroy=tuple(_destroy(one) for one in source.get("destroy", ())),
        source=source,
    )


def cite(source: Source) -> str:
    """Write a citation as one line."""
    found = source.get("cite", {})
    parts = [found.get("law", "")]
    if found.get("item"):
        parts.append(found["item"])
    if found.get("art"):
        parts.append(f"art. {found['art']}")
    return ", ".join(part for part in parts if part)


def _series(source: Source) -> Series:
    return Series(
        id=source["id"],
        title=dict(source["title"]),
        family=source["family"],
        level=source["level"],
        retention=_retention(source["retention"]),
        then=source["then"],
        citation=cite(source),
        block_while=tuple(source.get("block_while", ())),
        electronic_only=source.get("electronic_only", "allowed"),
        is_confirmed=source.get("confirmed", True),
    )


def _retention(source: Source) -> Retention:
    minimum, maximum = source.get("min"), source.get("max")
    is_permanent = minimum == PERMANENT
    return Retention(
        minimum=None if is_permanent else _period(minimum),
        maximum=_period(maximum),
        trigger=source.get("trigger", ""),
        starts=source.get("starts", "next_day"),
        is_permanent=is_permanent,
    )


def _period(text: str | None) -> CalendarPeriod | None:
    return None if text is None else CalendarPeriod.parse(text)


def _classify(source: Source) -> ClassifyRule:
    settings = source["set"]
    return ClassifyRule(
        id=source["id"],
        when=source["when"],
        series=settings.get("series"),
        type=settings.get("type"),
        level=settings.get("level"),
        fields=settings.get("fields", {}),
    )


def _detect(source: Source) -> DetectRule:
    return DetectRule(
        source["id"], source["detector"], source.get("at_least", 1), source["level"]
    )


def _share(source: Source) -> ShareRule:
    return ShareRule(
        id=source["id"],
        levels=_texts(source["levels"]),
        series=_texts(source.get("series", ("*",))),
        formats=_texts(source.get("formats", ())),
        longest=_period(source.get("longest")),
        is_refusal=source.get("refuse", False),
        citation=cite(source),
    )


def _destroy(source: Source) -> DestroyRule:
    return DestroyRule(
        id=source["id"],
        series=_texts(source["series"]),
        approvals=tuple(
            Approval(one["role"], one.get("count", 1))
            for one in source.get("approvals", ())
        ),
        is_automatic=source.get("automatic", False),
        grace_days=CalendarPeriod.parse(source.get("grace", "P0D")).days,
        witnesses=source.get("witnesses", 0),
        citation=cite(source),
    )


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
