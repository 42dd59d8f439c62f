import dataclasses

import pytest

from ledgervault.domain.conditions import (
    Look,
    compile_condition,
    is_known_key,
    patterns_of,
)

LOOK = Look(
    name="对账单 Mai.PDF",
    path="客户/2026/对账单 Mai.PDF",
    mime="application/pdf",
    size=100,
    xml_root="EInvoice",
    title_hits=frozenset({"账单"}),
    text_hits=frozenset({"余额"}),
    name_hits=frozenset({"对账单"}),
    path_hits=frozenset({"2026"}),
    detected={"mobile": 2},
    facts={"client.jurisdiction": "CN"},
)


@pytest.mark.parametrize(
    "condition",
    [
        {"name": "*.pdf"},
        {"path": "客户/*"},
        {"mime": "application/*"},
        {"mime": ["text/csv", "application/pdf"]},
        {"xml_root": "EInvoice"},
        {"title": "账单"},
        {"text": "余额"},
        {"name_matches": ["x", "对账单"]},
        {"path_matches": "2026"},
        {"detector": "mobile"},
        {"client.jurisdiction": "CN"},
        {"larger_than": 99},
        {"smaller_than": 101},
        {"any": [{"name": "*.doc"}, {"text": "余额"}]},
        {"all": [{"name": "*.pdf"}, {"text": "余额"}]},
        {"not": {"name": "*.doc"}},
        {"name": "*.pdf", "text": "余额"},
    ],
)
def test_condition_holds(condition):
    assert compile_condition(condition)(LOOK)


@pytest.mark.parametrize(
    "condition",
    [
        {"name": "*.doc"},
        {"xml_root": "einvoice"},
        {"text": "利润"},
        {"detector": "iban"},
        {"client.jurisdiction": "DE"},
        {"client.kind": "CN"},
        {"larger_than": 100},
        {"smaller_than": 100},
        {"any": [{"name": "*.doc"}, {"text": "利润"}]},
        {"all": [{"name": "*.pdf"}, {"text": "利润"}]},
        {"not": {"name": "*.pdf"}},
        {"name": "*.pdf", "text": "利润"},
    ],
)
def test_condition_fails(condition):
    assert not compile_condition(condition)(LOOK)


def test_detector_that_found_nothing_does_not_hold():
    look = dataclasses.replace(LOOK, detected={"mobile": 0})
    assert not compile_condition({"detector": "mobile"})(look)


def test_patterns_are_collected_from_every_depth():
    condition = {
        "all": [{"text": "a"}, {"any": [{"text": ["b", "c"]}, {"name": "z"}]}],
        "not": {"text": "d", "name_matches": "e"},
    }
    assert list(patterns_of(condition, "text")) == ["a", "b", "c", "d"]
    assert list(patterns_of(condition, "name_matches")) == ["e"]


@pytest.mark.parametrize("key", ["all", "name", "text", "mime", "client.kind"])
def test_keys_of_the_language_are_known(key):
    assert is_known_key(key)


@pytest.mark.parametrize("key", ["", "eval", "client.", "client"])
def test_other_keys_are_not(key):
    assert not is_known_key(key)
