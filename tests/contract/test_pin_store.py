import pytest

from ledgervault.storage.pins import FilePinStore

VAULT, OTHER = b"\x01" * 16, b"\x02" * 16


@pytest.fixture(params=["files"])
def pins(request, tmp_path):
    assert request.param == "files"
    return FilePinStore(tmp_path / "config")


def test_unseen_vault_has_no_pin(pins):
    assert pins.load(VAULT, "/srv/vault") is None
    assert list(pins.others(VAULT, "/srv/vault")) == []


def test_pin_is_kept_per_vault_and_place(pins):
    pins.save(VAULT, "/srv/vault", {"size": "7", "root": "aa"})
    pins.save(VAULT, "/mnt/资料", {"size": "5", "root": "bb"})
    pins.save(OTHER, "/srv/vault", {"size": "1", "root": "cc"})
    assert pins.load(VAULT, "/srv/vault") == {"size": "7", "root": "aa"}
    assert pins.load(VAULT, "/mnt/资料") == {"size": "5", "root": "bb"}
    assert list(pins.others(VAULT, "/srv/vault")) == [{"size": "5", "root": "bb"}]
    assert pins.load(OTHER, "/mnt/资料") is None


def test_pin_is_replaced(pins):
    pins.save(VAULT, "/srv/vault", {"size": "7"})
    pins.save(VAULT, "/srv/vault", {"size": "8"})
    assert pins.load(VAULT, "/srv/vault") == {"size": "8"}
