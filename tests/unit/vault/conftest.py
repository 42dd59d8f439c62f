import pytest

from firms import Firm


@pytest.fixture
def firm(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    return Firm(tmp_path).found()
