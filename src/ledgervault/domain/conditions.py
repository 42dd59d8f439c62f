"""Declarative conditions of rules: all, any, not, over facts of a paper. No code.

A condition is kept in its source form and evaluated against a `Look`, which
has run every pattern of the policy once.
"""

import dataclasses
import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

BRANCHES = ("all", "any", "not")
GLOB_KEYS = ("name", "path")
REGEX_KEYS = ("text", "name_matches", "path_matches")
TEXT_KEYS = ("mime", "xml_root", "type", "source", "sender", "period", "detector")
PREFIXES = ("client.", "engagement.", "field.")
SIZE_KEYS = ("larger_than", "smaller_than")
MAX_DEPTH = 10

Condition = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What conditions may ask of a paper."""

    name: str
    path: str
    mime: str
    size: int
    xml_root: str
    text_hits: frozenset[str]
    name_hits: frozenset[str]
    path_hits: frozenset[str]
    detected: Mapping[str, int]
    facts: Mapping[str, str]  # client.*, engagement.*, field.*, type, source, ...


def is_met(condition: Condition, look: Look) -> bool:
    """Say whether a paper meets a condition; every key of a mapping must hold."""
    return all(_holds(key, value, look) for key, value in condition.items())


def patterns_of(condition: Condition, wanted: str) -> Iterator[str]:
    """Yield the patterns under one regex key of a condition."""
    for key, value in condition.items():
        if key in ("all", "any"):
            for part in value:
                yield from patterns_of(part, wanted)
        elif key == "not":
            yield from patterns_of(value, wanted)
        elif key == wanted:
            yield from _alternatives(value)


def is_known_key(key: str) -> bool:
    """Say whether the language has this key."""
    known = (*BRANCHES, *GLOB_KEYS, *REGEX_KEYS, *TEXT_KEYS, *SIZE_KEYS)
    return key in known or any(
        key.startswith(prefix) and len(key) > len(prefix) for prefix in PREFIXES
    )


def _holds(key: str, value: Any, look: Look) -> bool:
    if key == "all":
        return all(is_met(part, look) for part in value)
    if key == "any":
        return any(is_met(part, look) for part in value)
    if key == "not":
        return not is_met(value, look)
    if key == "larger_than":
        return look.size > int(value)
    if key == "smaller_than":
        return look.size < int(value)
    return any(_is_one(key, wanted, look) for wanted in _alternatives(value))


def _is_one(key: str, wanted: str, look: Look) -> bool:
    if key in GLOB_KEYS:
        subject = look.name if key == "name" else look.path
        return fnmatch.fnmatchcase(subject.casefold(), wanted.casefold())
    if key in REGEX_KEYS:
        hits = {
            "text": look.text_hits,
            "name_matches": look.name_hits,
            "path_matches": look.path_hits,
        }
        return wanted in hits[key]
    if key == "mime":
        return fnmatch.fnmatchcase(look.mime, wanted)
    if key == "xml_root":
        return look.xml_root == wanted
    if key == "detector":
        return look.detected.get(wanted, 0) > 0
    return look.facts.get(key) == wanted


def _alternatives(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]
