"""Packs that bring others along, and files of a client's own rules."""

import pytest

from ledgervault.bootstrap.policies import (
    load_named,
    load_override_paths,
    load_policy_paths,
)
from ledgervault.errors import NotFound
from ledgervault.policyfile.including import MAX_PACKS
from ledgervault.policyfile.loading import load_override, load_packs
from ledgervault.policyfile.problems import PolicyInvalid

HEAD = 'language: ledgervault-policy/1\npack: {}\nversion: "1"\ntitle: {{zh: 甲, en: A}}\njurisdiction: CN\n'
SERIES = """\
series:
  - id: a.b
    title: {zh: 甲, en: A}
    family: custody
    level: internal
    retention: {min: P10Y, trigger: created}
    then: appraise
"""
OWN = "language: ledgervault-policy/1\noverride: C001\n"


def source(name, text="", include=()):
    listed = f"include: [{', '.join(include)}]\n" if include else ""
    return (f"{name}.yaml", (HEAD.format(name) + listed + text).encode())


def finding(*sources):
    packs = {name.removesuffix(".yaml"): (name, text) for name, text in sources}
    return lambda name: [packs[name]] if name in packs else None


def told(act, *args):
    with pytest.raises(PolicyInvalid) as caught:
        act(*args)
    return [str(problem) for problem in caught.value.problems]


def test_included_packs_come_after_those_that_were_named():
    find = finding(source("two", include=["three"]), source("three"))
    policy = load_packs([source("one", include=["two"])], find)
    assert [pack.id for pack in policy.packs] == ["one", "two", "three"]
    assert policy.packs[0].source["include"] == ["two"]


def test_pack_that_is_there_already_is_not_fetched_again():
    sources = [source("one", include=["two"]), source("two")]
    policy = load_packs(sources, finding(source("two", SERIES)))
    assert [len(pack.series) for pack in policy.packs] == [0, 0]


def test_rules_of_an_included_pack_may_be_named():
    rule = "classify:\n  - {id: c, when: {name: x}, set: {series: a.b}}\n"
    find = finding(source("two", SERIES))
    assert load_packs([source("one", rule, include=["two"])], find).packs[1].series
    assert "unknown series 'a.b'" in told(load_packs, [source("one", rule)])[0]


def test_circle_and_unknown_pack_are_problems_with_places():
    find = finding(source("two", include=["three"]), source("three", include=["one"]))
    assert told(load_packs, [source("one", include=["two"])], find) == [
        "one.yaml:6:10: pack 'one' includes itself in a circle",
        "three.yaml:6:10: pack 'three' includes itself in a circle",
        "two.yaml:6:10: pack 'two' includes itself in a circle",
    ]
    assert told(load_packs, [source("one", include=["four"])], find) == [
        "one.yaml:6:10: there is no pack 'four' to include"
    ]


def test_problems_of_an_included_pack_are_told_too():
    find = finding(source("two", "extra: x\n"))
    assert told(load_packs, [source("one", include=["two"])], find) == [
        "two.yaml:6:1: unknown key 'extra'"
    ]


def test_endless_chain_of_packs_ends():
    def find(name):
        number = int(name.removeprefix("p"))
        return [source(name, include=[f"p{number + 1}"])]

    policy = load_packs([source("p0", include=["p1"])], find)
    assert len(policy.packs) == MAX_PACKS


def test_own_rules_load_with_the_packs_they_tighten():
    policy = load_packs([source("one", SERIES)])
    own = OWN + SERIES.replace("P10Y", "P20Y")
    override = load_override([("own.yaml", own.encode())], policy)
    assert (override.client, override.is_override) == ("C001", True)
    together = load_packs([source("one", SERIES), ("own.yaml", own.encode())])
    assert [one.client for one in together.overrides] == ["C001"]


def test_own_rules_that_loosen_have_their_place():
    policy = load_packs([source("one", SERIES)])
    own = ("own.yaml", (OWN + SERIES.replace("P10Y", "P5Y")).encode())
    problem = (
        "own.yaml:8:22: the minimum is shorter than P10Y (an override may only tighten)"
    )
    assert told(load_override, [own], policy) == [problem]
    assert told(load_packs, [source("one", SERIES), own]) == [problem]


def test_own_rules_alone_cannot_be_checked():
    (problem,) = told(load_packs, [("own.yaml", OWN.encode())])
    assert problem == "own.yaml:1:1: an override needs the packs it tightens"


def test_only_own_rules_of_one_client_are_taken_together():
    policy = load_packs([source("one", SERIES)])
    assert told(load_override, [source("two")], policy) == [
        "two.yaml:2:7: an override is expected here"
    ]
    two = [("1.yaml", OWN.encode()), ("2.yaml", OWN.replace("C001", "C002").encode())]
    assert told(load_override, two, policy) == [
        "1.yaml:1:1: these overrides are of several clients"
    ]
    assert "not YAML" in told(load_override, [("3.yaml", b"{")], policy)[0]
    assert told(load_override, [], policy) == ["policy:1:1: no policy file was given"]
    split = [("1.yaml", OWN.encode()), ("2.yaml", (OWN + SERIES).encode())]
    assert len(load_override(split, policy).series) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("language: ledgervault-policy/1\n", "an override is expected here"),
        (OWN + "pack: one\n", "a file is of a pack or an override, not both"),
        (OWN.replace("C001", "[x]"), "a client code such as C001"),
        (OWN.replace("C001", "'a b'"), "a client code such as C001"),
        (OWN + "include: [base]\n", "an override has no 'include'"),
    ],
)
def test_file_says_whose_rules_it_holds(text, message):
    policy = load_packs([source("one", SERIES)])
    found = told(load_override, [("own.yaml", text.encode())], policy)
    assert any(message in one for one in found)


def test_folders_named_together_find_each_other_first(tmp_path):
    for name, text in (
        (("one"), source("one", include=["base"])),
        ("base", source("base")),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_bytes(text[1])
    paths = [str(tmp_path / "one"), str(tmp_path / "base")]
    assert [len(pack.series) for pack in load_policy_paths(paths).packs] == [0, 0]
    alone = load_policy_paths(paths[:1])
    assert len(alone.packs[1].series) > 0
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    assert load_override_paths([str(own)], alone).client == "C001"


def test_shipped_packs_and_own_files_are_adopted_together(tmp_path):
    own = tmp_path / "firm.yaml"
    own.write_text(
        "language: ledgervault-policy/1\n"
        "pack: firm\n"
        'version: "1"\n'
        "title: {zh: 本所, en: Our firm}\n"
        "jurisdiction: CN\n"
    )
    policy = load_named(["cn", "base", str(own)])
    assert [pack.id for pack in policy.packs] == ["cn", "base", "firm"]
    with pytest.raises(NotFound) as caught:
        load_named(["cn", "no-such-pack", str(own)])
    assert caught.value.code == "policy.unknown-pack"
