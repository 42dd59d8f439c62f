"""The JSON Schema says what the loader says, as far as a schema can."""

import json
import re

import pytest
import yaml

from ledgervault.__main__ import main
from ledgervault.domain.policy import SECTIONS
from ledgervault.policyfile.language import FILE
from ledgervault.policyfile.schema import language_schema, schema_text, shipped_schema
from ledgervault.storage.shipped_packs import read_shipped_pack, shipped_pack_names

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def is_kind(value, kinds):
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return any(
        isinstance(value, KINDS[kind])
        and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    )


def fitting(value, schemas):
    return sum(not [*complaints(value, one)] for one in schemas)


LEAF_CHECKS = {
    "type": is_kind,
    "enum": lambda value, words: value in words,
    "const": lambda value, word: value == word,
    "pattern": lambda value, pattern: re.search(pattern, value),
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "minProperties": lambda value, bound: len(value) >= bound,
    "required": lambda value, names: set(names) <= value.keys(),
    "anyOf": lambda value, schemas: fitting(value, schemas) >= 1,
    "oneOf": lambda value, schemas: fitting(value, schemas) == 1,
    "propertyNames": lambda value, one: all(fitting(name, [one]) for name in value),
}
OTHER_KEYWORDS = {"$schema", "title", "$defs", "properties", "items"}


def complaints(value, schema, path="$"):
    """Check a value by the part of JSON Schema that ours is written in."""
    schema = language_schema()["$defs"]["condition"] if "$ref" in schema else schema
    assert schema.keys() <= {*LEAF_CHECKS, *OTHER_KEYWORDS, "additionalProperties"}
    for keyword, is_right in LEAF_CHECKS.items():
        if keyword in schema and not is_right(value, schema[keyword]):
            yield f"{path}: {keyword} {schema[keyword]}"[:200]
            return
    for name, inner in value.items() if isinstance(value, dict) else ():
        other = schema.get("additionalProperties", {})
        one = schema.get("properties", {}).get(name, other)
        if one is False:
            yield f"{path}.{name}: unknown"
        else:
            yield from complaints(inner, one, f"{path}.{name}")
    for number, inner in enumerate(value if isinstance(value, list) else ()):
        yield from complaints(inner, schema.get("items", {}), f"{path}[{number}]")


def plain(text):
    """Read YAML as editors do, dates left as text."""
    loader = type("Plain", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        key: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return loader(text).get_single_data()


def check(text):
    return list(complaints(plain(text), language_schema()))


def test_shipped_schema_equals_the_language():
    assert shipped_schema() == schema_text()


def test_schema_names_every_section_and_key():
    properties = language_schema()["properties"]
    assert set(SECTIONS) <= properties.keys()
    assert properties == FILE.schema["properties"]


@pytest.mark.parametrize("name", shipped_pack_names())
def test_shipped_packs_pass_the_schema(name):
    sources = read_shipped_pack(name)
    assert sources
    assert [found for _file, text in sources for found in check(text)] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{language: ledgervault-policy/1, pack: a, sereis: []}", "$.sereis: unknown"),
        ("{language: other, pack: a}", "$.language: enum"),
        ("{language: ledgervault-policy/1}", "$: oneOf"),
        ("{language: ledgervault-policy/1, pack: a, override: b}", "$: oneOf"),
        (
            "{language: ledgervault-policy/1, pack: a, detect: [{id: d}]}",
            "$.detect[0]: required",
        ),
        (
            "{language: ledgervault-policy/1, pack: a, destroy: [{id: d, series: a, witnesses: 21}]}",
            "$.destroy[0].witnesses: maximum 20",
        ),
        (
            "{language: ledgervault-policy/1, pack: a, classify: [{id: c, set: {}, when: {all: [{nmae: x}]}}]}",
            "nmae: unknown",
        ),
    ],
)
def test_schema_catches_what_the_loader_does(text, complaint):
    assert any(complaint in one for one in check(text))


def test_schema_is_printed_for_editors(capsys):
    assert main(["policy", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == language_schema()
