"""Every crash point of a rotation: readable at once, and finished by the next writer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest import PILE
from crashing import count_points, die_at
from test_crash_points import contents, points


def epochs(scene):
    from ledgervault.bootstrap.opening import open_vault
    from ledgervault.cli.options import GlobalOptions, settings_of
    from ledgervault.crypto.wraps import parse_wrap_header
    from ledgervault.vault.rotation_job import unfinished_rotation

    options = GlobalOptions(
        vault=str(scene.root / "vault"), passphrase_file=str(scene.root / "key")
    )
    opened = open_vault(settings_of(options), None)
    try:
        rows = {row.id: row.doc_epoch for row in opened.catalogue.compartments()}
        wraps = [parse_wrap_header(one.wrap) for one in opened.catalogue.all_versions()]
        behind = {rows[one.compartment] - one.kek_epoch for one in wraps}
        return behind, unfinished_rotation(opened.catalogue)
    finally:
        opened.catalogue.close()


def test_rotation_survives_every_crash_point(scene, capfd):
    assert scene.ingest() == 0
    scene.save()

    def rotate():
        return scene.run("key", "rotate", "--all", "--ring", "--reason", "x")

    count = count_points(rotate)
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        die_at(rotate, point, is_after=is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        assert scene.run("key", "rotate", "--resume") == 0, (point, is_after)
        assert epochs(scene) == ({0}, None), (point, is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        assert rotate() == 0, (point, is_after)
        anchors = list((scene.root / "vault" / "anchor").iterdir())
        assert len(anchors) == 1, (point, is_after, anchors)
        assert scene.leftovers() == [], (point, is_after)
