import pytest

from ledgervault.domain.patterns import PatternSet, compiled, find_problem
from ledgervault.errors import ConfigurationInvalid


def test_patterns_that_occur_are_named():
    patterns = PatternSet(["对账单", "a+b", "a+b", "zzz"])
    assert patterns.hits("一份对账单 AAB") == {"对账单", "a+b"}
    assert patterns.hits("nothing") == frozenset()


def test_no_text_and_no_patterns_hit_nothing():
    assert PatternSet([]).hits("text") == frozenset()
    assert PatternSet(["a"]).hits("") == frozenset()


@pytest.mark.parametrize("pattern", ["(", "a{2000}", r"(?=a)", r"(a)\1"])
def test_what_linear_time_cannot_match_is_a_problem(pattern):
    assert find_problem(pattern)
    with pytest.raises(ConfigurationInvalid):
        PatternSet([pattern]).hits("a")
    with pytest.raises(ConfigurationInvalid):
        compiled(pattern)


def test_good_pattern_has_no_problem():
    assert find_problem("[0-9]+") is None
    assert compiled("b+").search("aBB").group() == "BB"
