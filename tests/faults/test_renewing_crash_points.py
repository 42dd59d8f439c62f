"""Every crash point of taking new keys: the old ones work, or the new ones do."""

import shutil
import sys
from pathlib import Path

import pytest

from firms import Firm
from ledgervault.errors import LedgerVaultError
from reading_back import everything

sys.path.insert(0, str(Path(__file__).parent))
from crashing import count_points, die_at
from test_crash_points import points


@pytest.fixture
def firm(tmp_path, monkeypatch):
    root = tmp_path / "firm"
    root.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    made = Firm(root).found()
    made.client("C001")
    made.ingest("C001", {"收据_2014年02月.txt": b"two"})
    shutil.copytree(root, tmp_path / "saved")
    return made


def put_back(firm):
    shutil.rmtree(firm.root)
    shutil.copytree(firm.root.parent / "saved", firm.root)


def renew(firm) -> int:
    # The new key file appears before the identity that it opens.
    return firm.run("key", "renew", "--key-file", str(firm.root / "owner-2.key"))


def opened_by(firm, name: str, key: str):
    """Return what an identity reads with a key file, or None where it is refused."""
    import dataclasses

    from ledgervault.bootstrap.opening import open_vault

    settings = dataclasses.replace(
        firm.settings(name), passphrase_file=str(firm.root / key)
    )
    try:
        vault = open_vault(settings, None)
    except LedgerVaultError:
        return None
    try:
        mine = vault.me.id.hex()
        said = everything(vault)
        return {key: one for key, one in said.items() if len(key) < 20 or key != mine}
    finally:
        vault.catalogue.close()


def test_taking_new_keys_survives_every_crash_point(firm):
    papers = {key for key in opened_by(firm, "owner", "owner.key") if "-" in key}
    count = count_points(lambda: renew(firm))
    assert count > 15
    for point, is_after in points(count):
        put_back(firm)
        die_at(lambda: renew(firm), point, is_after=is_after)
        ways = [
            opened_by(firm, "owner", "owner.key"),
            opened_by(firm, "owner", "owner-2.key"),
            opened_by(firm, "owner-2", "owner-2.key"),
        ]
        working = [one for one in ways if one is not None]
        assert len(working) == 1, (point, is_after)
        assert papers <= working[0].keys(), (point, is_after)
