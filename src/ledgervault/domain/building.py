"""Build a pack from its plain source: the same for YAML and for the adopted copy.

The source is what is hashed and adopted. Nothing malformed becomes a rule: a
word the rules do not know, a number that is text, a flag that is no truth value.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.conditions import verify_condition
from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.policy import (
    ACTIONS,
    FAMILIES,
    LANGUAGE,
    LEVELS,
    PERMANENT,
    TRIGGERS,
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

STARTS = ("same_day", "next_day")
Source = Mapping[str, Any]
_Rule = TypeVar("_Rule")


def policy_from_json(raw: Any) -> PolicySet:
    """Rebuild an adopted policy; ConfigurationInvalid for anything malformed."""
    if not isinstance(raw, dict) or raw.get("language") != LANGUAGE:
        raise malformed("it is of another language")
    try:
        return PolicySet(tuple(build_pack(source) for source in _list(raw["packs"])))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise malformed("a rule has no known form") from error


def build_pack(source: Source) -> Pack:
    """Build a pack; KeyError, TypeError or ValueError for a malformed source."""
    return Pack(
        id=_text(source["pack"]),
        version=_text(source["version"]),
        title=_texts_by_name(source["title"]),
        jurisdiction=_text(source["jurisdiction"]),
        series=_rules(source, "series", _series),
        classify=_rules(source, "classify", _classify),
        detect=_rules(source, "detect", _detect),
        share=_rules(source, "share", _share),
        destroy=_rules(source, "destroy", _destroy),
        source=source,
    )


def cite(source: Source) -> str:
    """Write a citation as one line."""
    found = _texts_by_name(source.get("cite", {}))
    art = found.get("art")
    parts = (found.get("law"), found.get("item"), f"art. {art}" if art else "")
    return ", ".join(part for part in parts if part)


def _rules(
    source: Source, section: str, build: Callable[[Source], _Rule]
) -> tuple[_Rule, ...]:
    return tuple(build(one) for one in _list(source.get(section, [])))


def _series(source: Source) -> Series:
    return Series(
        id=_text(source["id"]),
        title=_texts_by_name(source["title"]),
        family=_one_of(source["family"], FAMILIES),
        level=_one_of(source["level"], LEVELS),
        retention=_retention(source["retention"]),
        then=_one_of(source["then"], ACTIONS),
        citation=cite(source),
        block_while=_texts(source.get("block_while", ())),
        electronic_only=_text(source.get("electronic_only", "allowed")),
        is_confirmed=_flag(source, "confirmed", default=True),
    )


def _retention(source: Source) -> Retention:
    minimum, maximum = source.get("min"), source.get("max")
    trigger, is_permanent = source.get("trigger"), minimum == PERMANENT
    return Retention(
        minimum=None if is_permanent else _period(minimum),
        maximum=_period(maximum),
        trigger="" if trigger is None else _one_of(trigger, TRIGGERS),
        starts=_one_of(source.get("starts", "next_day"), STARTS),
        is_permanent=is_permanent,
    )


def _classify(source: Source) -> ClassifyRule:
    settings = source["set"]
    verify_condition(source["when"])
    level = settings.get("level")
    return ClassifyRule(
        id=_text(source["id"]),
        when=source["when"],
        series=_optional(settings.get("series")),
        type=_optional(settings.get("type")),
        level=None if level is None else _one_of(level, LEVELS),
        fields={
            _text(name): _texts_by_name(where)
            for name, where in settings.get("fields", {}).items()
        },
    )


def _detect(source: Source) -> DetectRule:
    return DetectRule(
        id=_text(source["id"]),
        detector=_one_of(source["detector"], DETECTORS),
        at_least=_count(source.get("at_least", 1)),
        level=_one_of(source["level"], LEVELS),
    )


def _share(source: Source) -> ShareRule:
    return ShareRule(
        id=_text(source["id"]),
        levels=tuple(_one_of(level, LEVELS) for level in _texts(source["levels"])),
        series=_texts(source.get("series", ("*",))),
        formats=_texts(source.get("formats", ())),
        longest=_period(source.get("longest")),
        is_refusal=_flag(source, "refuse", default=False),
        citation=cite(source),
    )


def _destroy(source: Source) -> DestroyRule:
    return DestroyRule(
        id=_text(source["id"]),
        series=_texts(source["series"]),
        approvals=tuple(
            Approval(_text(one["role"]), _count(one.get("count", 1)) or 1)
            for one in _list(source.get("approvals", []))
        ),
        is_automatic=_flag(source, "automatic", default=False),
        grace_days=CalendarPeriod.parse(_text(source.get("grace", "P0D"))).days,
        witnesses=_count(source.get("witnesses", 0)),
        citation=cite(source),
    )


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list is expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(_text(one) for one in _list(value))


def _texts_by_name(value: Any) -> dict[str, str]:
    return {_text(name): _text(one) for name, one in value.items()}


def _one_of(value: Any, words: Sequence[str]) -> str:
    if value not in words:
        raise ValueError("an unknown word")
    return _text(value)


def _flag(source: Source, name: str, *, default: bool) -> bool:
    value = source.get(name, default)
    if not isinstance(value, bool):
        raise TypeError("true or false is expected")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a number is expected")
    return value


def _period(value: Any) -> CalendarPeriod | None:
    return None if value is None else CalendarPeriod.parse(_text(value))
