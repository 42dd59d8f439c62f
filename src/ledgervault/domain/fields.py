"""Fields that classification rules take out of a paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledgervault.domain.papers import TEXT_CHARACTERS, PaperFacts
from ledgervault.domain.patterns import compiled
from ledgervault.domain.policy import ClassifyRule

FIELD_CHARACTERS = 200


def fields_of(paper: PaperFacts, rules: Iterable[ClassifyRule]) -> dict[str, str]:
    """Return the fields of rules in their order; the first value of a name stays."""
    fields: dict[str, str] = {}
    text = clean(paper.text[:TEXT_CHARACTERS])
    for rule in rules:
        for name, source in rule.fields.items():
            value = _field(paper, text, source) if name not in fields else ""
            if value:
                fields[name] = value[:FIELD_CHARACTERS]
    return fields


def clean(text: str) -> str:
    """Return text that a pattern may search.

    Names may hold bytes that are no UTF-8; RE2 takes valid text only.
    """
    return (
        text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    )


def _field(paper: PaperFacts, text: str, source: Mapping[str, Any]) -> str:
    if "xpath" in source:
        return _xml_value(paper.xml_values, source["xpath"])
    if source.get("of") == "name":
        text = clean(paper.name)
    found = compiled(source["regex"]).search(text)
    if found is None:
        return ""
    return str(found.group(1) if found.groups() else found.group(0)).strip()


def _xml_value(values: Mapping[str, str], path: str) -> str:
    if not path.startswith("//"):
        return values.get(path, "").strip()
    suffix = path[1:]
    for known, value in values.items():
        if known.endswith(suffix):
            return value.strip()
    return ""
