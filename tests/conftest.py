import pytest

from tools.soft_tokens import make_soft_token


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory):
    return make_soft_token(tmp_path_factory.mktemp("softhsm"))
