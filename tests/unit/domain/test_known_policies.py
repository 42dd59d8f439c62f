from ledgervault.domain import classification
from ledgervault.domain.building import build_pack
from ledgervault.domain.classification import KNOWN_POLICIES, PaperFacts, classify
from ledgervault.domain.policy import PolicySet

HEADER = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
PAPER = PaperFacts("x.csv", "x.csv", "text/csv", 9)


def policy(level):
    rule = {"id": "c", "when": {"name": "*.csv"}, "set": {"level": level}}
    return PolicySet((build_pack({**HEADER, "pack": "one", "classify": [rule]}),))


def test_policies_asked_by_turns_are_prepared_once_each():
    classification._classifiers.clear()
    one, two = policy("internal"), policy("public")
    for _turn in range(3):
        classify(PAPER, one)
        classify(PAPER, two)
    assert [pair[0] for pair in classification._classifiers.values()] == [one, two]


def test_no_more_policies_are_remembered_than_may_be():
    classification._classifiers.clear()
    policies = [policy("internal") for _one in range(KNOWN_POLICIES + 1)]
    for one in policies:
        assert classify(PAPER, one).series == "unclassified"
    assert len(classification._classifiers) == 1
