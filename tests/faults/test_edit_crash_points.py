"""Every crash point of an edit of many: filed as before or as asked, nothing between."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest import PILE
from crashing import count_points, die_at
from test_crash_points import contents, points

OLD = {"cn.other.bank_statement", "cn.ledger.daybook"}
NEW = {"cn.voucher.source"}


def filings(scene, capfd):
    listed = scene.json(capfd, "list", "--limit", "0")["documents"]
    assert len(listed) == len(PILE)
    return {one["series"] for one in listed}


def test_edit_of_many_survives_every_crash_point(scene, capfd):
    assert scene.ingest() == 0
    ids = [one["id"] for one in scene.json(capfd, "list")["documents"]]
    assert filings(scene, capfd) == OLD
    scene.save()

    def edit():
        return scene.run("edit", *ids, "--series", *NEW, "--reason", "分拣")

    count = count_points(edit)
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        die_at(edit, point, is_after=is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        assert filings(scene, capfd) in (OLD, NEW), (point, is_after)
        assert edit() == 0, (point, is_after)
        assert filings(scene, capfd) == NEW, (point, is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        anchors = list((scene.root / "vault" / "anchor").iterdir())
        assert len(anchors) == 1, (point, is_after, anchors)
        assert scene.leftovers() == [], (point, is_after)
