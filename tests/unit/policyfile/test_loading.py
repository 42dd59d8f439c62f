import pytest

from ledgervault.errors import ConfigurationInvalid
from ledgervault.policyfile.loading import load_pack, load_packs
from ledgervault.policyfile.problems import PolicyInvalid

HEAD = """\
language: ledgervault-policy/1
pack: one
version: 2026.1
title: {zh: 甲, en: A}
jurisdiction: CN
"""
SERIES = """\
series:
  - id: a.b
    title: {zh: 甲, en: A}
    family: custody
    level: confidential
    retention: {min: P30Y, trigger: fiscal_year_end, starts: next_day}
    then: appraise
    block_while: [unsettled_debt, open_matter]
    electronic_only: allowed
    cite: {law: Law, item: 1-1, art: "14, 16-19"}
    effective_from: 2016-01-01
    verified_on: 2026-11-23
"""
RULES = """\
classify:
  - id: c
    when: {all: [{mime: application/pdf}, {not: {name_matches: 'a|b'}}, {larger_than: 9}]}
    set: {series: a.b, type: t, fields: {number: {xpath: //EIid}}}
detect:
  - {id: d, detector: bank_card, at_least: 1, level: sensitive}
share:
  - {id: s, levels: confidential, formats: age, longest: P14D}
destroy:
  - {id: x, series: a.*, approvals: [{role: owner, count: 1}], grace: P7D, witnesses: 2}
"""


def problems(text, *, file="f.yaml"):
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(PolicyInvalid) as caught:
        load_pack(raw, file=file)
    return [str(problem) for problem in caught.value.problems]


def series(**changes):
    lines = SERIES.splitlines(keepends=True)
    for key, value in changes.items():
        at = next(i for i, line in enumerate(lines) if line.strip().startswith(key))
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = f"{indent}{key}: {value}\n" if value is not None else ""
    return HEAD + "".join(lines)


def test_pack_is_loaded():
    pack = load_pack((HEAD + SERIES + RULES).encode(), file="f.yaml")
    assert (pack.id, pack.version, pack.jurisdiction) == ("one", "2026.1", "CN")
    assert pack.title == {"zh": "甲", "en": "A"}
    assert str(pack.series[0].retention.minimum) == "P30Y"
    assert pack.series[0].citation == "Law, 1-1, art. 14, 16-19"
    assert [len(section) for section in (pack.classify, pack.detect)] == [1, 1]
    assert pack.share[0].formats == ("age",)
    assert pack.destroy[0].witnesses == 2


def test_byte_order_mark_and_comments_are_no_matter():
    assert load_pack(("\ufeff# a\n" + HEAD).encode(), file="f.yaml").id == "one"


def test_pack_may_be_split_over_files():
    rest = "language: ledgervault-policy/1\npack: one\n" + RULES
    policy = load_packs([("1", (HEAD + SERIES).encode()), ("2", rest.encode())])
    (pack,) = policy.packs
    assert pack.series
    assert pack.classify


def test_equal_rules_hash_alike_however_they_are_written():
    spaced = (HEAD + SERIES).replace("{zh: 甲, en: A}", '{ "zh": "甲", "en": A }')
    one = load_packs([("1", (HEAD + SERIES).encode())])
    assert load_packs([("2", spaced.encode())]).hash() == one.hash()


def test_all_problems_come_at_once_with_their_places():
    text = series(level="secret", then="burn") + "extra: x\n"
    found = problems(text)
    assert len(found) == 3
    assert found[0].startswith("f.yaml:10:12: 'secret' is no level (one of public")
    assert found[1].startswith("f.yaml:12:11: 'burn' is no action")
    assert found[2].startswith("f.yaml:18:1: unknown key 'extra'")


def test_problems_are_a_configuration_error_with_details():
    with pytest.raises(ConfigurationInvalid) as caught:
        load_pack(b"", file="f.yaml")
    assert caught.value.exit_code == 7
    assert caught.value.code == "policy.invalid"
    assert caught.value.details["problems"][0]["line"] == 1


def test_near_miss_is_suggested():
    found = problems((HEAD + SERIES).replace("retention:", "retension:"))
    assert any("did you mean retention?" in one for one in found)
    assert any("the key 'retention' is missing" in one for one in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("# only a comment", "the file is empty"),
        ("- a", "a mapping is expected here"),
        ("a: [", "not YAML"),
        ("a: \x00", "not YAML"),
        (b"\xff\xfe", "not UTF-8 text"),
        (HEAD.encode() + b"a: \xe4\n", "f.yaml:6:1: not UTF-8 text"),
        ("x" * (300 << 10), "larger than 256 KiB"),
        ("a: &x b", "anchors are not allowed"),
        ("a: *x", "aliases are not allowed"),
        ("<<: {a: b}", "merge keys are not allowed"),
        ("a: !!str b", "tags are not allowed"),
        ("a: !!python/object/apply:os.system [id]", "tags are not allowed"),
        ("a: b\n---\nc: d", "a second document"),
        ("{[a]: b}", "a key that is not text"),
        ("[" * 21 + "]" * 21, "nested deeper than 20 levels"),
        ("[" * 100_000, "nested deeper than 20 levels"),
        (HEAD + "pack: two\n", "the key 'pack' stands twice"),
        (HEAD + "\x1b[31m: x\n", "not YAML"),
        (HEAD + '"\\e[31m": x\n', r"unknown key '\x1b[31m'"),
        (HEAD.replace("policy/1", "policy/2"), "is no language"),
        (HEAD.replace("version: 2026.1", ""), "the header of a pack needs version"),
        ("language: ledgervault-policy/1\npack: one\n", "has its header, not 0"),
        ("language: ledgervault-policy/1\n", "the key 'pack' is missing"),
        (HEAD.replace("2026.1", "[1]"), "a version such as 2026.1"),
        (HEAD.replace("{zh: 甲, en: A}", "A"), "a mapping is expected"),
        (HEAD + "series: {}\n", "a list is expected here"),
        (HEAD + "series: [x]\n", "a mapping is expected here"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_reason(text, message):
    assert any(message in one for one in problems(text))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"family": "NO"}, "'NO' unquoted is a truth value, not text"),
        ({"family": "on"}, "unquoted is a truth value"),
        ({"family": "010"}, "unquoted is a number"),
        ({"family": "1:30"}, "unquoted is a number in base 60"),
        ({"family": "~"}, "unquoted is nothing"),
        ({"family": ""}, "unquoted is nothing"),
        ({"family": "2026-11-23"}, "unquoted is a date"),
        ({"family": "[own]"}, "text is expected here"),
        ({"retention": "{min: 010, trigger: created}"}, "a period is expected"),
        ({"retention": "{min: 1:30, trigger: created}"}, "a period is expected"),
        ({"retention": "{min: 30 years, trigger: created}"}, "a period is expected"),
        ({"retention": "{min: [P1Y], trigger: created}"}, "a period is expected"),
        ({"retention": "{max: permanent, trigger: created}"}, "a period is expected"),
        ({"retention": "{min: P1Y}"}, "a period needs the trigger"),
        ({"retention": "{trigger: created}"}, "a retention needs `min`"),
        ({"retention": "{min: P1Y, trigger: moon}"}, "is no trigger"),
        ({"effective_from": "2024-02-30"}, "a date such as"),
        ({"effective_from": "20240228"}, "a date such as"),
        ({"effective_from": "[x]"}, "a date such as"),
        ({"block_while": "[rain]"}, "is no matter"),
        ({"block_while": "open_matter"}, "a list is expected here"),
    ],
)
def test_what_a_series_says_is_checked(changes, message):
    assert any(message in one for one in problems(series(**changes)))


def test_id_is_plain():
    found = problems((HEAD + SERIES).replace("id: a.b", "id: A b"))
    assert any("is no id" in one for one in found)


def test_permanent_and_kept_series_need_no_trigger():
    assert load_pack(series(retention="{min: permanent}").encode(), file="f")
    kept = series(retention="{}", then="keep")
    assert load_pack(kept.encode(), file="f")


def test_quoted_traps_are_text():
    assert load_pack(HEAD.replace("CN", '"NO"').encode(), file="f").jurisdiction == "NO"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "series: a.b, type",
            "series: a.bb, type",
            "unknown series 'a.bb' (did you mean a.b?)",
        ),
        ("bank_card", "bank_cards", "did you mean bank_card?"),
        ("at_least: 1", "at_least: 010", "a number from 1 to 1000"),
        ("at_least: 1", "at_least: 0", "a number from 1 to 1000"),
        ("at_least: 1", 'at_least: "1"', "a number from 1 to 1000"),
        ("'a|b'", "'(a|b'", "no regular expression"),
        ("'a|b'", r"'(?=a)'", "no regular expression"),
        ("'a|b'", "[]", "an empty list would always or never hold"),
        ("'a|b'", "NO", "unquoted is a truth value"),
        (
            "mime: application/pdf",
            "mimes: x",
            "unknown test 'mimes' (did you mean mime?)",
        ),
        ("mime: application/pdf", "sender: x", "this version does not know 'sender'"),
        ("mime: application/pdf", "field.x: x", "this version does not know 'field.x'"),
        ("mime: application/pdf", "client.name: x", "this version does not know"),
        ("mime: application/pdf", "client.kind: 3", "unquoted is a number"),
        ("mime: application/pdf", "detector: x", "is no detector"),
        ("mime: application/pdf", "any: []", "an empty list would always or never"),
        ("mime: application/pdf", "any: {}", "a list is expected here"),
        ("mime: application/pdf", "not: x", "a condition such as"),
        ("mime: application/pdf", "larger_than: big", "a number from 0"),
        ("{all: [", "{} #", "a condition such as"),
        ("fields: {number: {xpath: //EIid}}", "fields: []", "a mapping is expected"),
        ("formats: age, ", "", "names `formats` and the `longest` expiry"),
        (", longest: P14D", "", "names `formats` and the `longest` expiry"),
        ("formats: age", "formats: fax", "is no format"),
        (
            "approvals: [{role: owner, count: 1}]",
            "approvals: []",
            "either names approvers",
        ),
        (
            "series: a.*, approvals",
            "series: a.*, automatic: true, approvals",
            "either names",
        ),
        (
            "series: a.*, approvals",
            "series: a.*, automatic: yes, approvals",
            "true or false",
        ),
        ("role: owner", "role: king", "is no role"),
        ("grace: P7D", "grace: P1M", "a number of days is expected"),
        ("grace: P7D", "grace: 7", "a period is expected"),
        ("{id: d,", "{id: d, id: e,", "the key 'id' stands twice"),
    ],
)
def test_what_a_rule_says_is_checked(old, new, message):
    text = HEAD + SERIES + RULES
    assert old in text
    assert any(message in one for one in problems(text.replace(old, new, 1)))


def test_condition_nested_too_deep_is_refused():
    deep = "{not: " * 11 + "{name: x}" + "}" * 11
    rule = f"classify:\n  - {{id: c, when: {deep}, set: {{}}}}\n"
    assert any("nested deeper than 10" in one for one in problems(HEAD + rule))


def test_refusing_share_rule_needs_nothing_else():
    rule = "share:\n  - {id: s, levels: sensitive, refuse: true}\n"
    assert load_pack((HEAD + rule).encode(), file="f").share[0].is_refusal


def test_automatic_destruction_is_said_expressly():
    rule = "destroy:\n  - {id: x, series: a.*, automatic: true}\n"
    assert not load_pack((HEAD + rule).encode(), file="f").destroy[0].needs_approval


def test_id_stands_once_in_all_files_of_a_pack():
    rest = "language: ledgervault-policy/1\npack: one\n" + SERIES
    with pytest.raises(PolicyInvalid) as caught:
        load_packs([("1", (HEAD + SERIES).encode()), ("2", rest.encode())])
    assert [str(one) for one in caught.value.problems] == [
        "2:4:5: the id 'a.b' stands twice"
    ]


def test_packs_may_refer_to_each_other_and_repeat_an_id():
    two = (HEAD + SERIES + RULES).replace("pack: one", "pack: two")
    policy = load_packs([("1", (HEAD + SERIES).encode()), ("2", two.encode())])
    assert [pack.id for pack in policy.packs] == ["one", "two"]


def test_one_file_of_a_pack_has_its_header():
    with pytest.raises(PolicyInvalid) as caught:
        load_packs([("1", HEAD.encode()), ("2", HEAD.encode())])
    assert "has its header, not 2" in str(caught.value)


def test_no_file_at_all_is_refused():
    with pytest.raises(PolicyInvalid):
        load_packs([])


def test_list_longer_than_any_pack_needs_is_refused():
    text = HEAD + "series:\n" + "- x\n" * 5001
    assert any("more than 5000 items" in one for one in problems(text))


def test_flood_of_problems_is_cut_for_the_terminal_only():
    with pytest.raises(PolicyInvalid) as caught:
        load_pack((HEAD + "series:\n" + "- x\n" * 700).encode(), file="f")
    assert len(caught.value.problems) == 700
    assert len(caught.value.message.splitlines()) == 502
    assert "200 more" in caught.value.message
