import pytest

from firms import Firm


@pytest.fixture
def firm(tmp_path):
    return Firm(tmp_path).found()
