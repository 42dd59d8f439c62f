"""Scenario files: what they ask of a policy, and what is wrong with them."""

import json

import pytest

from ledgervault.__main__ import main
from ledgervault.bootstrap.scenarios import run_scenarios
from ledgervault.errors import NotFound
from ledgervault.policyfile.problems import PolicyInvalid
from ledgervault.policyfile.scenarios import load_scenarios

PACK = """\
language: ledgervault-policy/1
pack: one
version: "1"
title: {zh: 甲, en: A}
jurisdiction: CN
series:
  - id: a.b
    title: {zh: 甲, en: A}
    family: custody
    level: confidential
    retention: {min: P30Y, trigger: fiscal_year_end}
    then: appraise
classify:
  - {id: c.b, when: {name: '*.csv'}, set: {series: a.b, type: t}}
access:
  - {id: a.get, role: bookkeeper, operations: get, level: confidential, requires: nda}
share:
  - {id: s.home, levels: confidential, formats: age, longest: P14D}
  - {id: s.away, levels: confidential, destinations: abroad, refuse: true}
archive:
  - id: f.close
    series: a.*
    close_after: P1M
    checks: [integrity]
    registers: custody
    hand_over: {to: client, after: P1Y, latest: P3Y, register: transfer}
destroy:
  - {id: d.all, series: a.*, approvals: [{role: owner}], grace: P7D, witnesses: 2}
"""
HEAD = "language: ledgervault-scenarios/1\npack: one\nscenarios:\n"
RIGHT = """\
  - id: dated
    given: {series: a.b, period: "2026", at: "2056-12-31T16:30:00Z"}
    expect: {state: due, due: 2057-01-01, action: appraise, rule: a.b, pack: one}
  - id: held
    given: {series: a.b, period: "2026", holds: [tax]}
    expect: {state: held, due: 2057-01-01}
  - given: {series: a.z}
    expect: {state: indeterminate, due: none, pack: none}
  - given: {paper: {name: x.csv, detected: {bank_card: 2}}, client: {kind: own}}
    expect: {series: a.b, type: t, level: confidential, rule: c.b, inbox: false}
  - given: {share: {series: a.b, level: confidential, days: 7, purpose: audit}}
    expect: {permitted: true, rule: s.home}
  - given: {share: {series: a.b, level: confidential, destination: US, purpose: x}}
    expect: {permitted: false, rule: s.away}
  - given: {destroy: {series: a.b}}
    expect: {approvals: {owner: 1}, witnesses: 2, grace_days: 7, rule: d.all, pack: one}
  - given: {destroy: {series: z}}
    expect: {permitted: false}
  - given: {access: {role: bookkeeper, operation: get, level: confidential, registers: {nda: 2027-01-01}}, at: 2027-01-01T00:00:00Z}
    expect: {permitted: true, rule: a.get}
  - given: {access: {role: bookkeeper, operation: get}}
    expect: {permitted: false, hint: register nda has no entry}
  - given: {archive: {series: a.b, period: "2026"}, client: {fiscal_year_end: 03-31}, at: 2027-03-31T00:00:00Z}
    expect: {permitted: true, close_from: 2027-02-01}
  - given: {archive: {series: a.b, period: "2026"}, at: 2027-01-31T00:00:00Z}
    expect: {permitted: false, close_from: 2027-02-01, hand_over_to: client, hand_over_from: 2028-01-01, hand_over_by: 2029-12-31, registers: [custody, transfer], checks: integrity}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pack.yaml").write_text(PACK)
    return tmp_path


def run(folder, text):
    (folder / "scenarios.yaml").write_text(HEAD + text)
    return run_scenarios([str(folder)])


def problems(text):
    with pytest.raises(PolicyInvalid) as caught:
        load_scenarios([("s.yaml", text.encode())])
    return [str(problem) for problem in caught.value.problems]


def test_every_kind_of_question_is_answered(folder):
    right = RIGHT.replace("03-31}, at: 2027-03", '"12-31"}, at: 2027-03')
    report = run(folder, right)
    assert report.mismatches == ()
    assert (report.total, report.failed, report.packs) == (12, 0, {"one": 12})


def test_difference_names_key_expectation_and_finding(folder):
    text = '  - {given: {series: a.b, period: "2026"}, expect: {due: 2056-12-31, rule: a.b}}\n'
    (found,) = run(folder, text).mismatches
    assert (found.key, found.expected, found.found) == (
        "due",
        "2056-12-31",
        "2057-01-01",
    )
    assert (found.scenario.id, found.scenario.line) == ("line-4", 4)


def test_day_is_the_one_of_the_jurisdiction(folder):
    text = "  - given: {{series: a.b, period: '2026', client: {{jurisdiction: {place}}}, at: 2056-12-31T16:30:00Z}}\n    expect: {{state: {state}}}\n"
    assert run(folder, text.format(place="CN", state="due")).failed == 0
    assert run(folder, text.format(place="US", state="active")).failed == 0


def test_one_line_a_failure_and_exit_nine(folder, capsys):
    text = "  - {given: {series: a.b}, expect: {state: active}}\n"
    (folder / "scenarios-two.yaml").write_text(HEAD + text)
    assert main(["policy", "test", str(folder)]) == 9
    printed = capsys.readouterr()
    assert "line-4: state expected active, found indeterminate" in printed.out
    assert "1 of 1 scenarios" in printed.err
    assert main(["policy", "test", str(folder), "--json"]) == 9
    shape = json.loads(capsys.readouterr().out)
    assert (shape["scenarios"], shape["passed"], shape["failed"]) == (1, 0, 1)
    assert shape["failures"][0]["found"] == "indeterminate"


def test_scenario_file_alone_finds_the_pack_beside_it(folder):
    text = "  - {given: {series: a.b}, expect: {state: indeterminate}}\n"
    (folder / "scenarios.yaml").write_text(HEAD + text)
    assert run_scenarios([str(folder / "scenarios.yaml")]).failed == 0


def test_folder_without_scenarios_is_not_found(folder):
    with pytest.raises(NotFound) as caught:
        run_scenarios([str(folder)])
    assert caught.value.code == "policy.no-scenarios"


def test_pack_that_is_nowhere_is_not_found(folder):
    text = HEAD.replace("pack: one", "pack: one\nwith: [nowhere]")
    text += "  - {given: {series: a.b}, expect: {state: due}}\n"
    (folder / "scenarios.yaml").write_text(text)
    with pytest.raises(NotFound) as caught:
        run_scenarios([str(folder)])
    assert caught.value.code == "policy.unknown-pack"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("language: ledgervault-policy/1\n", "is no language"),
        (HEAD + "  - {given: {series: a}}\n", "the key 'expect' is missing"),
        (HEAD + "  - {given: {}, expect: {}}\n", "a scenario asks one thing"),
        (
            HEAD
            + "  - {given: {series: a, destroy: {series: a}}, expect: {rule: x}}\n",
            "a scenario asks one thing",
        ),
        (
            HEAD + "  - {given: {series: a}, expect: {dew: 2026-01-01}}\n",
            "s.yaml:4:35: unknown key 'dew' (did you mean due?)",
        ),
        (HEAD + "  - {given: {series: a}, expect: {}}\n", "expects something"),
        (HEAD + "  - {given: {series: a}, expect: {due: soon}}\n", "a date such as"),
        (
            HEAD + "  - {given: {series: a, at: 2026-01-01}, expect: {rule: a}}\n",
            "an instant in UTC",
        ),
        (
            HEAD + "  - {id: a, given: {series: a}, expect: {rule: a}}\n" * 2,
            "the id a stands twice",
        ),
    ],
)
def test_wrong_scenario_files_are_refused_with_a_place(text, message):
    assert any(message in one for one in problems(text))
