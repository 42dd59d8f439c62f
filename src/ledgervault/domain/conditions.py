"""Declarative conditions of rules: all, any, not, over facts of a paper. No code.

A condition is compiled to a test of a `Look`, which has run every pattern of the
policy once. A test answers with the evidence that it holds by.
"""

import dataclasses
import fnmatch
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import Any

from ledgervault.domain.evidence import Evidence

BRANCHES = ("all", "any", "not")
GLOB_KEYS = ("name", "path")
REGEX_KEYS = ("title", "text", "name_matches", "path_matches")
TEXT_KEYS = ("mime", "xml_root", "type", "source", "sender", "period", "detector")
PREFIXES = ("client.", "engagement.", "field.")
SIZE_KEYS = ("larger_than", "smaller_than")
NAME_OR_SIZE_KEYS = frozenset((*GLOB_KEYS, *SIZE_KEYS))
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
    title_hits: frozenset[str]
    text_hits: frozenset[str]
    name_hits: frozenset[str]
    path_hits: frozenset[str]
    detected: Mapping[str, int]
    facts: Mapping[str, str]  # client.*, engagement.*, field.*, type, source, ...

    def key(self, *, asks_name: bool) -> Hashable:
        """Return a key that is equal for papers no rule can tell apart."""
        own = (self.name, self.path, self.size) if asks_name else ()
        return (
            self.mime,
            self.xml_root,
            self.title_hits,
            self.text_hits,
            self.name_hits,
            self.path_hits,
            frozenset(name for name, count in self.detected.items() if count),
            tuple(self.facts.items()),
            own,
        )


Test = Callable[[Look], Evidence]
_EVIDENCE = {
    "title": Evidence.TITLE,
    "text": Evidence.TEXT,
    "detector": Evidence.TEXT,
    "xml_root": Evidence.STRUCTURE,
    "name": Evidence.NAME,
    "path": Evidence.NAME,
    "name_matches": Evidence.NAME,
    "path_matches": Evidence.NAME,
}


def compile_condition(condition: Condition) -> Test:
    """Turn a condition into a test; every key of a mapping must hold."""
    tests = tuple(_compiled(key, value) for key, value in condition.items())
    return tests[0] if len(tests) == 1 else _all_of(tests)


def verify_condition(condition: Any, depth: int = 1) -> None:
    """Refuse what is no condition: TypeError or ValueError."""
    if not isinstance(condition, Mapping) or not condition or depth > MAX_DEPTH:
        raise TypeError("a condition is expected")
    for key, value in condition.items():
        if not is_known_key(key):
            raise ValueError("an unknown test")
        if key in BRANCHES:
            parts = [value] if key == "not" else list(value)
            if not parts:
                raise ValueError("an empty list would always or never hold")
            for part in parts:
                verify_condition(part, depth + 1)
        elif key in SIZE_KEYS:
            _verify_all(int, [value])
        else:
            _verify_all(str, _alternatives(value))


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


def asks_of(condition: Condition, keys: Collection[str]) -> bool:
    """Say whether a condition holds one of these keys at any depth."""
    for key, value in condition.items():
        parts = value if key in ("all", "any") else [value] if key == "not" else []
        if key in keys or any(asks_of(part, keys) for part in parts):
            return True
    return False


def is_known_key(key: str) -> bool:
    """Say whether the language has this key."""
    known = (*BRANCHES, *GLOB_KEYS, *REGEX_KEYS, *TEXT_KEYS, *SIZE_KEYS)
    return key in known or any(
        key.startswith(prefix) and len(key) > len(prefix) for prefix in PREFIXES
    )


def _verify_all(kind: type, values: list[Any]) -> None:
    if not values or not all(type(value) is kind for value in values):
        raise TypeError("a value of another kind is expected")


def _compiled(key: str, value: Any) -> Test:
    if key in ("all", "any"):
        parts = tuple(compile_condition(part) for part in value)
        return _all_of(parts) if key == "all" else _any_of(parts)
    if key == "not":
        inner = compile_condition(value)
        return _weighed(lambda look: not inner(look), Evidence.CIRCUMSTANCE)
    if key == "larger_than":
        return _weighed(lambda look: look.size > int(value), Evidence.CIRCUMSTANCE)
    if key == "smaller_than":
        return _weighed(lambda look: look.size < int(value), Evidence.CIRCUMSTANCE)
    evidence = _EVIDENCE.get(key, Evidence.CIRCUMSTANCE)
    tests = (_weighed(_leaf(key, wanted), evidence) for wanted in _alternatives(value))
    return _any_of(tuple(tests))


def _weighed(holds: Callable[[Look], bool], evidence: Evidence) -> Test:
    return lambda look: evidence if holds(look) else Evidence.NOTHING


def _leaf(key: str, wanted: str) -> Callable[[Look], bool]:
    tests: dict[str, Callable[[Look], bool]] = {
        "title": lambda look: wanted in look.title_hits,
        "text": lambda look: wanted in look.text_hits,
        "name_matches": lambda look: wanted in look.name_hits,
        "path_matches": lambda look: wanted in look.path_hits,
        "name": lambda look: _is_like(look.name, wanted),
        "path": lambda look: _is_like(look.path, wanted),
        "mime": lambda look: fnmatch.fnmatchcase(look.mime, wanted),
        "xml_root": lambda look: look.xml_root == wanted,
        "detector": lambda look: look.detected.get(wanted, 0) > 0,
    }
    return tests.get(key) or (lambda look: look.facts.get(key) == wanted)


def _is_like(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text.casefold(), pattern.casefold())


def _all_of(tests: tuple[Test, ...]) -> Test:
    def holds(look: Look) -> Evidence:
        together = Evidence.NOTHING
        for test in tests:
            found = test(look)
            if not found:
                return Evidence.NOTHING
            together |= found
        return together

    return holds


def _any_of(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def holds(look: Look) -> Evidence:
        together = Evidence.NOTHING
        for test in tests:
            together |= test(look)
        return together

    return holds


def _alternatives(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]
