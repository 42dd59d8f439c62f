"""A change of passphrase dies at every point, and somebody still gets in."""

import sys
from pathlib import Path

import pytest

from ledgervault.bootstrap.unlocking import unlock_identity
from ledgervault.cli.app import main
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.errors import NotAuthorised

sys.path.insert(0, str(Path(__file__).parent))
from crashing import DIED, count_points, die_at

CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
OLD, NEW = "gubah-dozim-ratol-fisan", "nuvok-latib-zofud-hiram"


@pytest.fixture
def change(scene):
    def run(*argv):
        def cheapen(options):
            options.passphrase_cost = CHEAP

        return main(["--quiet", *argv], adjust=cheapen)

    for name, text in (("old", OLD), ("new", NEW)):
        (scene.root / name).write_text(f"{text}\n")
    paths = {name: str(scene.root / name) for name in ("old", "new", "key")}
    add = ("key", "slot", "add", "passphrase", "--new-passphrase-file", paths["old"])
    assert run(*add) == 0

    def opens(name):
        options = GlobalOptions(passphrase_file=paths[name], passphrase_cost=CHEAP)
        try:
            unlock_identity(settings_of(options), None)
        except NotAuthorised:
            return False
        return True

    def act():
        argv = ("key", "passphrase", "--new-passphrase-file", paths["new"])
        return run(*argv, "--passphrase-file", paths["old"])

    return opens, act


def test_a_changed_passphrase_survives_every_crash_point(scene, change):
    opens, act = change
    scene.save()
    count = count_points(act)
    assert count > 10
    both = 0
    for point in range(1, count + 1):
        for is_after in (False, True):
            scene.put_back()
            code = die_at(act, point, is_after=is_after)
            state = opens("old"), opens("new")
            assert code == DIED or state == (False, True), (point, is_after)
            assert any(state), (point, is_after)
            assert opens("key"), (point, is_after)
            both += all(state)
            if state[0]:
                assert act() == 0, (point, is_after)
            assert (opens("old"), opens("new")) == (False, True), (point, is_after)
    assert both > 0
