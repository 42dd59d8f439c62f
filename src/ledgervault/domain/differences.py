"""What differs between two policies, rule by rule, and whether it loosens.

Loosening lets more happen, or sooner: a shorter minimum, a longer maximum, a
lower level, a new permission, fewer approvals, witnesses or checks.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ledgervault.domain.policy import SECTIONS, PolicySet
from ledgervault.domain.strictness import LOOSENS, NEUTRAL, TIGHTENS, direction

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_NESTED = ("retention", "hand_over", "counter", "set", "cite")
# Sections whose rules permit something, so that one more of them loosens.
_PERMITTING = ("access", "share", "destroy", "archive")


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One rule that came, went, or says something else under one key."""

    section: str
    rule: str
    kind: str  # added | removed | changed
    direction: str  # loosens | tightens | neutral
    key: str = ""
    old: str = ""
    new: str = ""


def list_differences(old: PolicySet, new: PolicySet) -> list[Difference]:
    """Compare two policies; rules are matched by section and id."""
    return [
        difference
        for section in SECTIONS
        for difference in _section(section, _rules(old, section), _rules(new, section))
    ]


def _rules(policy: PolicySet, section: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for pack in policy.packs:
        for rule in pack.source.get(section, ()):
            # Several packs may define a series: each is compared with its own.
            name = rule["id"] if rule["id"] not in found else f"{rule['id']}@{pack.id}"
            found[name] = rule
    return found


def _section(
    section: str, old: dict[str, Mapping[str, Any]], new: dict[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Difference(section, name, ADDED, _of_added(section, new[name]))
        elif name not in new:
            yield Difference(section, name, REMOVED, _of_removed(section, old[name]))
        else:
            yield from _changes(section, name, flat(old[name]), flat(new[name]))


def _changes(
    section: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was != now:
            towards = direction(section, key, was, now)
            shown = (plain_text(was), plain_text(now))
            yield Difference(section, name, CHANGED, towards, key, *shown)


def _of_added(section: str, rule: Mapping[str, Any]) -> str:
    if section == "share" and rule.get("refuse"):
        return TIGHTENS
    if section in _PERMITTING:
        return LOOSENS
    return TIGHTENS if section in ("detect", "audit") else NEUTRAL


def _of_removed(section: str, rule: Mapping[str, Any]) -> str:
    if section in ("access", "archive"):
        return TIGHTENS
    if section == "share":
        # Every rule that applies must permit, so one less may permit more.
        return LOOSENS
    return NEUTRAL if section == "registers" or not rule else LOOSENS


def flat(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule with its nested keys joined by dots."""
    found: dict[str, Any] = {}
    for key, value in rule.items():
        if key in _NESTED and isinstance(value, Mapping):
            found.update({f"{key}.{inner}": one for inner, one in value.items()})
        elif key != "id":
            found[key] = value
    return found


def plain_text(value: Any) -> str:
    """Write a value of a rule on one line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {plain_text(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(plain_text(one) for one in value)
    return str(value)
