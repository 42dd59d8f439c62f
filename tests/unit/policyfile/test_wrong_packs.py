"""Deliberately wrong packs, each beside the exact problems that it must be told.

`wrong/NAME.yaml` is the pack, `wrong/NAME.txt` what is printed of it.
"""

from pathlib import Path

import pytest

from ledgervault.policyfile.loading import load_pack
from ledgervault.policyfile.problems import PolicyInvalid

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


def test_there_are_at_least_twenty():
    assert len(WRONG) >= 20


@pytest.mark.parametrize("path", WRONG, ids=[path.stem for path in WRONG])
def test_wrong_pack_is_told_exactly_its_problems(path):
    with pytest.raises(PolicyInvalid) as caught:
        load_pack(path.read_bytes(), file=path.name)
    told = [str(problem) for problem in caught.value.problems]
    assert told == path.with_suffix(".txt").read_text().splitlines()
