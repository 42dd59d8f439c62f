import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import power_cuts

CUTS = 6


def test_power_cuts_lose_no_acknowledged_document(tmp_path):
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("power cuts need root for a loop mount")
        pytest.skip("power cuts need root for a loop mount")
    figures = power_cuts.run(CUTS, tmp_path)
    assert figures.cuts == CUTS
    assert figures.acknowledged > 0
    assert figures.is_clean, figures
