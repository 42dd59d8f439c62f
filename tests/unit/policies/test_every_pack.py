"""What every shipped pack must have: scenarios, citations, dates, ways to end."""

from datetime import date

import pytest

from ledgervault.bootstrap.policies import find_shipped, load_shipped_policy
from ledgervault.domain.scenarios import run_scenario
from ledgervault.policyfile.loading import load_packs
from ledgervault.policyfile.scenarios import load_scenarios
from ledgervault.storage.shipped_packs import (
    read_shipped_pack,
    read_shipped_scenarios,
    shipped_pack_names,
)

PACKS = ("au", "base", "cn", "de", "eu", "hk", "jp", "sg", "uk", "us")
CITED = ("series", "share", "destroy", "access", "archive", "audit", "registers")
VERIFIED = date(2026, 11, 23)
# What a scenario of a kind shows to work when it names the rule.
SHOWN_BY = {
    "share": "share",
    "destroy": "destroy",
    "access": "access",
    "archive": "archive",
    "classify": "paper",
}


@pytest.fixture(scope="module", params=PACKS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def pack(name):
    return load_shipped_policy([name]).packs[0]


@pytest.fixture(scope="module")
def files(name):
    return load_scenarios(read_shipped_scenarios(name))


@pytest.fixture(scope="module")
def scenarios(files):
    return [one for file in files for one in file.scenarios]


def test_eight_jurisdictions_the_union_and_the_firm_ship():
    assert tuple(shipped_pack_names()) == PACKS


def test_every_scenario_has_the_answer_it_expects(files):
    asked = 0
    for file in files:
        policy = load_packs(
            [source for one in file.packs for source in read_shipped_pack(one)],
            find_shipped,
        )
        for scenario in file.scenarios:
            assert run_scenario(scenario, policy) == [], scenario.id
            asked += 1
    assert asked >= 20


def test_every_series_has_a_scenario_of_its_end(pack, scenarios):
    shown = {
        one.given["series"]
        for one in scenarios
        if one.kind == "series" and {"state", "action", "rule"} <= set(one.expect)
    }
    assert pack.series
    assert {one.id for one in pack.series} - shown == set()


@pytest.mark.parametrize("section", SHOWN_BY)
def test_every_rule_has_a_scenario_that_names_it(pack, scenarios, section):
    named = {
        one.expect.get("rule") for one in scenarios if one.kind == SHOWN_BY[section]
    }
    rules = pack.rules(section)
    if section == "classify":
        rules = [one for one in _own_classify(pack) if one.series]
    assert {rule.id for rule in rules} - named == set()


@pytest.mark.parametrize("section", CITED)
def test_every_rule_says_where_it_comes_from_and_since_when(pack, section):
    for rule in pack.rules(section):
        about = rule.about
        assert rule.citation, rule.id
        assert about.title.keys() == {"zh", "en"}, rule.id
        assert about.verified_on == VERIFIED, rule.id
        assert about.effective_from is not None, rule.id
        assert about.effective_from <= VERIFIED, rule.id


def test_every_pack_says_who_may_share_and_destroy_and_when_folders_close(pack):
    assert pack.share
    assert pack.destroy
    assert pack.archive


def test_every_series_that_ends_may_be_destroyed_by_somebody_named(pack, scenarios):
    policy = load_shipped_policy([pack.id])
    for series in pack.series:
        covering = [
            rule
            for one in policy.packs
            for rule in one.destroy
            if any(_is_like(series.id, pattern) for pattern in rule.series)
        ]
        is_kept = series.retention.is_permanent or series.then == "keep"
        assert bool(covering) != is_kept, series.id
        assert all(rule.approvals and not rule.is_automatic for rule in covering)


def test_every_period_of_an_interpretation_says_so_in_a_note(pack):
    unsure = [one for one in pack.series if not one.is_confirmed]
    assert all(one.citation for one in unsure)
    firm = [one for one in unsure if "firm's choice" in one.about.note]
    assert all(one.family in ("own", "processing") for one in firm)


def test_papers_about_persons_are_sensitive(pack):
    for series in pack.series:
        if series.family == "processing":
            assert series.level == "sensitive", series.id


def test_registers_keep_their_entries_in_a_series_that_ships_along(pack):
    known = {one.id for one in load_shipped_policy([pack.id]).all_series()}
    assert all(one.keep in known for one in pack.registers)


def test_registers_that_closing_and_handing_over_enter_ship_along(pack):
    together = load_shipped_policy([pack.id])
    known = {one.id for shipped in together.packs for one in shipped.registers}
    for rule in pack.archive:
        named = {
            *rule.registers,
            *([rule.hand_over.register] if rule.hand_over else []),
        }
        assert named, rule.id
        assert named <= known, rule.id


def test_what_access_requires_a_register_satisfies():
    base = load_shipped_policy(["base"]).packs[0]
    required = {name for rule in base.access for name in rule.requires}
    satisfied = {name for one in base.registers for name in one.satisfies}
    assert required == {"nda", "training"}
    assert required <= satisfied


def test_cashier_and_archivist_are_kept_apart():
    base = load_shipped_policy(["base"]).packs[0]
    apart = {rule.role: rule.separate_from for rule in base.access}
    assert apart["cashier"] == ("archivist",)
    assert apart["archivist"] == ("cashier",)


def test_nobody_without_people_destroys_and_the_service_reads_nothing():
    base = load_shipped_policy(["base"]).packs[0]
    service = [rule for rule in base.access if rule.role == "service"]
    reading = {"get", "show", "search", "share", "ingest", "edit", "approve"}
    assert len(service) == 1
    assert reading.isdisjoint(service[0].operations)


def _own_classify(pack):
    # The general rules for Chinese papers have a test of their own, rule by rule.
    sources = read_shipped_pack(pack.id)
    own = [one for one in sources if one[0] != "cn/classify.yaml"]
    return load_packs(own, find_shipped).packs[0].classify


def _is_like(series, pattern):
    return series == pattern or (
        pattern.endswith("*") and series.startswith(pattern.removesuffix("*"))
    )
