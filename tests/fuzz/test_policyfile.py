"""Whatever bytes stand in a policy file: a pack or a list of problems, no traceback."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.building import policy_from_json
from ledgervault.errors import ConfigurationInvalid
from ledgervault.policyfile.loading import load_pack
from ledgervault.policyfile.problems import PolicyInvalid
from ledgervault.storage.shipped_packs import read_shipped_pack

PIECES = (
    "language: ledgervault-policy/1\n",
    "pack: one\n",
    "version: 1\n",
    "title: {zh: a, en: b}\n",
    "jurisdiction: CN\n",
    "series:\n",
    "  - id: a\n",
    "    retention: {min: P1Y}\n",
    "classify: [{id: c, when: {all: []}, set: }]\n",
    "- ",
    "? ",
    ": ",
    "&a ",
    "*a ",
    "!!int ",
    "<<: ",
    "[",
    "{",
    "}",
    "]",
    "|\n  x\n",
    ">-\n",
    "'",
    '"\\x00"',
    "%YAML 1.1\n---\n",
    "...\n",
    "---\n",
    "\t",
    "\u2028",
    "2024-02-30",
    "010",
    "1:30",
    "NO",
    "~",
    ".inf",
    "#",
)
WORDS = st.sampled_from(
    ["language", "pack", "series", "id", "when", "all", "min", "P1Y", "", "NO", "a.b"]
)
TREES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.dates().map(str),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4)
    ),
    max_leaves=20,
)


def assert_refused_or_loaded(text):
    for problem in problems_of(text):
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert str(problem).isprintable()


def problems_of(text):
    try:
        load_pack(text, file="f.yaml")
    except PolicyInvalid as refused:
        return refused.problems
    return ()


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
@example(b"")
@example(b"\x00")
@example(b"\xef\xbb\xbf")
@example(b"a: " + b"[" * 3000)
@example(b"{a: " * 3000)
@example(b"- " * 3000)
@example(b"? " * 3000)
def test_any_bytes_are_refused_or_loaded(text):
    assert_refused_or_loaded(text)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_mix_of_yaml_is_refused_or_loaded(text):
    assert_refused_or_loaded(text.encode())


@settings(deadline=None, max_examples=200)
@given(TREES)
def test_any_tree_is_refused_or_loaded(tree):
    assert_refused_or_loaded(json.dumps(tree).encode())


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_damaged_shipped_pack_is_refused_or_loaded(data):
    name, text = data.draw(st.sampled_from(read_shipped_pack("cn")))
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    damage = data.draw(st.binary(max_size=8) | st.sampled_from(PIECES).map(str.encode))
    assert name
    assert_refused_or_loaded(text[:start] + damage + text[start + length :])


@pytest.mark.parametrize(
    "bomb",
    [
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        b"key: &k\n  <<: *k\n",
        b"x: y\n" * 50_000,
        b'"' + b"a" * 200_000,
        b"a: |\n" + b"  x\n" * 60_000,
        b"- " + b"{id: x}, " * 20_000,
        b"a" * 200_000 + b": b\n",
    ],
)
def test_bombs_are_refused_quickly(bomb):
    with pytest.raises(PolicyInvalid):
        load_pack(bomb, file="f.yaml")


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_damaged_adopted_policy_is_refused_or_equal_in_form(data):
    raw = json.loads(json.dumps(load_shipped_policy(["base"]).to_json()))
    at = raw
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        at[key] = data.draw(TREES)
        break
    try:
        policy = policy_from_json(raw)
    except ConfigurationInvalid:
        return
    assert policy.to_json()["packs"] == raw["packs"]
    assert policy.hash()
