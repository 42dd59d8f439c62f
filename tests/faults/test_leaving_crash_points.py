"""Every crash point of letting somebody go: still here or out, nothing between."""

import shutil
import sys
from pathlib import Path

import pytest

from firms import Firm
from ledgervault.errors import NotAuthorised
from ledgervault.services.rotating import finish_rotation
from ledgervault.vault.rotation_job import unfinished_rotation
from reading_back import everything, is_under_present_epochs

sys.path.insert(0, str(Path(__file__).parent))
from crashing import count_points, die_at
from test_crash_points import points

PAPERS = {"银行对账单_2013年01月.txt": b"statement one", "收据_2014年02月.txt": b"two"}
NOT_FOUND = 5


@pytest.fixture
def firm(tmp_path, monkeypatch):
    root = tmp_path / "firm"
    root.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    made = Firm(root).found()
    made.client("C001")
    made.ingest("C001", PAPERS)
    for name in ("lin", "wei"):
        made.join(name)
        made.grant(name, "C001")
    shutil.copytree(root, tmp_path / "saved")
    return made


def put_back(firm):
    shutil.rmtree(firm.root)
    shutil.copytree(firm.root.parent / "saved", firm.root)


def belongs(firm, name) -> bool:
    try:
        with firm.opened(name):
            return True
    except NotAuthorised:
        return False


def test_leaving_survives_every_crash_point(firm):
    with firm.opened() as vault:
        before = everything(vault)

    def disable():
        return firm.run("user", "disable", "lin", "--reason", "x")

    count = count_points(disable)
    assert count > 20
    for point, is_after in points(count):
        put_back(firm)
        die_at(disable, point, is_after=is_after)
        with firm.opened() as vault:
            assert everything(vault) == before, (point, is_after)
        again = disable()
        assert again == (0 if belongs(firm, "lin") else again)
        assert again in (0, NOT_FOUND), (point, is_after)
        assert not belongs(firm, "lin"), (point, is_after)
        with firm.opened() as vault:
            finish_rotation(vault)
            assert unfinished_rotation(vault.catalogue) is None
            assert is_under_present_epochs(vault), (point, is_after)
            assert everything(vault) == before, (point, is_after)
        with firm.opened("wei") as vault:
            assert vault.ring.page(vault.agency)
        anchors = list((firm.root / "vault" / "anchor").iterdir())
        assert len(anchors) == 1, (point, is_after, anchors)
