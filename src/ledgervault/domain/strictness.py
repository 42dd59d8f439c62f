"""Whether another value under a key of a rule is stricter than the one before."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod, add_period
from ledgervault.domain.retention import careful_order
from ledgervault.domain.vocabulary import LEVELS, PERMANENT

LOOSENS, TIGHTENS, NEUTRAL = "loosens", "tightens", "neutral"
_ANY_DAY = date(2001, 1, 1)
_NEVER, _NOTHING = float("inf"), float("-inf")
Compare = Callable[[Any, Any], int]


def direction(section: str, key: str, old: Any, new: Any) -> str:
    """Say whether a changed value loosens or tightens; None is an absent key."""
    compare = _COMPARE.get((section, key))
    if compare is None:
        return NEUTRAL
    step = compare(old, new)
    return TIGHTENS if step > 0 else LOOSENS if step < 0 else NEUTRAL


def _rising(measure: Callable[[Any], float]) -> Compare:
    def compare(old: Any, new: Any) -> int:
        was, now = measure(old), measure(new)
        return (now > was) - (now < was)

    return compare


def _falling(measure: Callable[[Any], float]) -> Compare:
    rising = _rising(measure)
    return lambda old, new: -rising(old, new)


def _length(value: Any) -> float:
    if value is None:
        return _NOTHING
    if value == PERMANENT:
        return _NEVER
    end = add_period(_ANY_DAY, CalendarPeriod.parse(value))
    return _NEVER if end is None else float(end.toordinal())


def _length_or_never(value: Any) -> float:
    return _NEVER if value is None else _length(value)


def _level(value: Any) -> float:
    return _NOTHING if value is None else float(LEVELS.index(value))


def _care(value: Any) -> float:
    return -float(careful_order(value))


def _number(value: Any) -> float:
    return float(value or 0)


def _limit(value: Any) -> float:
    return _NEVER if value is None else float(value)


def _truth(value: Any) -> float:
    return float(bool(value))


def _electronic(value: Any) -> float:
    return float(value == "refused")


def _people(value: Any) -> float:
    return float(sum(one.get("count", 1) for one in value or ()))


def _people_or_fewer(value: Any) -> float:
    # What is asked where possible weighs less than what is asked of everybody.
    return float(
        sum(
            one.get("count", 1) - 0.5 * bool(one.get("where_possible"))
            for one in value or ()
        )
    )


def _more(old: Any, new: Any) -> int:
    was, now = _set(old), _set(new)
    if was - now:
        # Something is gone; whatever came does not make up for it.
        return -1
    return int(bool(now - was))


def _fewer(old: Any, new: Any) -> int:
    was, now = _set(old), _set(new)
    if now - was:
        return -1
    return int(bool(was - now))


def _fewer_of_all(old: Any, new: Any) -> int:
    # An absent list stands for everything.
    if old is None:
        return 1
    return -1 if new is None else _fewer(old, new)


def _set(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {f"{key}={one}" for key, one in value.items()}
    return {value} if isinstance(value, str) else {str(one) for one in value or ()}


_COMPARE: dict[tuple[str, str], Compare] = {
    ("series", "level"): _rising(_level),
    ("series", "then"): _rising(_care),
    ("series", "retention.min"): _rising(_length),
    ("series", "retention.max"): _falling(_length_or_never),
    ("series", "retention.longer_if"): _more,
    ("series", "retention.trigger"): _more,
    ("series", "block_while"): _more,
    ("series", "electronic_only"): _rising(_electronic),
    ("classify", "set.level"): _rising(_level),
    ("detect", "level"): _rising(_level),
    ("detect", "at_least"): _falling(_number),
    ("access", "operations"): _fewer,
    ("access", "level"): _falling(_level),
    ("access", "series"): _fewer_of_all,
    ("access", "requires"): _more,
    ("access", "valid_for"): _falling(_length_or_never),
    ("access", "separate_from"): _more,
    ("access", "approvals"): _rising(_people_or_fewer),
    ("share", "refuse"): _rising(_truth),
    ("share", "formats"): _fewer,
    ("share", "longest"): _falling(_length),
    ("share", "purposes"): _fewer_of_all,
    ("share", "approvals"): _rising(_people),
    ("share", "consent"): _rising(_truth),
    ("share", "watermark"): _rising(_truth),
    ("share", "residency"): _fewer_of_all,
    ("share", "counter.subjects"): _falling(_limit),
    ("share", "counter.sensitive_subjects"): _falling(_limit),
    ("archive", "close_after"): _rising(_length),
    ("archive", "checks"): _more,
    ("archive", "registers"): _more,
    ("archive", "hand_over.latest"): _falling(_length_or_never),
    ("archive", "electronic_only"): _rising(_electronic),
    ("destroy", "approvals"): _rising(_people),
    ("destroy", "automatic"): _falling(_truth),
    ("destroy", "grace"): _rising(_length),
    ("destroy", "witnesses"): _rising(_number),
    ("destroy", "opinions"): _more,
    ("destroy", "distinct"): _rising(_truth),
    ("destroy", "separate"): _more,
}
