import pytest

from ledgervault.domain.destinations import is_destination, is_place, is_within


@pytest.mark.parametrize(
    ("destination", "places", "home", "is_there"),
    [
        ("domestic", [], "CN", True),
        ("", [], "CN", True),
        ("domestic", ["domestic"], "CN", True),
        ("CN", ["domestic"], "CN", True),
        ("US", ["domestic"], "CN", False),
        ("US", ["abroad"], "CN", True),
        ("domestic", ["abroad"], "CN", False),
        ("abroad", ["abroad"], "CN", True),
        ("abroad", ["domestic"], "CN", False),
        ("DE", ["EU"], "CN", True),
        ("NO", ["EU"], "CN", False),
        ("NO", ["EEA"], "CN", True),
        ("domestic", ["EU"], "FR", True),
        ("domestic", ["GB"], "UK", True),
        ("GB", ["domestic"], "UK", True),
        ("US", ["any"], "CN", True),
        ("", ["any"], "CN", True),
        ("", ["abroad"], "CN", None),
        ("any", ["US"], "CN", None),
        ("abroad", ["US"], "CN", None),
        ("abroad", ["CN"], "CN", False),
        ("abroad", ["US", "abroad"], "CN", True),
        ("US", ["HK", "SG"], "CN", False),
    ],
)
def test_destination_lies_in_a_place_or_nobody_knows(
    destination, places, home, is_there
):
    assert is_within(destination, places, home) is is_there


def test_words_for_places_are_known():
    assert [is_destination(one) for one in ("US", "abroad", "EU", "usa", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert is_place("EEA")
    assert not is_place("Europe")
