"""Every crash point of ingest, purge and backup, and the invariants after each.

The full enumeration runs with `LEDGERVAULT_FAULTS=full`; otherwise every fifth
point is tried, before and after in turn.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest import PILE
from crashing import DIED, count_points, die_at

IS_FULL = os.environ.get("LEDGERVAULT_FAULTS") == "full"


def points(count):
    every = [
        (point, is_after) for point in range(1, count + 1) for is_after in (False, True)
    ]
    return every if IS_FULL else every[::5] + every[-4:]


def contents(scene, capfd, vault=None):
    from ledgervault.bootstrap.opening import open_vault
    from ledgervault.cli.options import GlobalOptions, settings_of
    from ledgervault.ports.rows import DocumentFilter
    from ledgervault.services.log import verify_own_log
    from ledgervault.services.verifying import verify_vault
    from ledgervault.vault.contents import latest_version, open_content

    options = GlobalOptions(
        vault=str(vault or scene.root / "vault"),
        passphrase_file=str(scene.root / "key"),
    )
    opened = open_vault(settings_of(options), None)
    try:
        report = verify_vault(
            opened, reads_data=True, progress=lambda _done, _total: None
        )
        assert report.bad == []
        assert verify_own_log(opened).ok
        rows = opened.catalogue.documents(
            DocumentFilter(state="active"), after=-1, limit=100
        )
        found = {}
        for row in rows:
            assert opened.catalogue.sequences_of(row.id.hex())
            details = opened.records.open_document(row)
            found[details.name] = b"".join(
                open_content(opened, row, latest_version(opened, row))
            )
        return found
    finally:
        opened.catalogue.close()


def test_ingest_survives_every_crash_point(scene, capfd):
    scene.save()
    count = count_points(scene.ingest)
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        code = die_at(scene.ingest, point, is_after=is_after)
        found = contents(scene, capfd)
        assert found in ({}, PILE), (point, is_after)
        assert code == DIED or found == PILE
        assert scene.ingest() == 0
        assert contents(scene, capfd) == PILE, (point, is_after)
        assert scene.leftovers() == [], (point, is_after)


def approved(scene, capfd):
    assert scene.ingest() == 0
    disposal = scene.json(capfd, "purge", "--expired")["proposed"][0]["id"]
    assert scene.run("disposal", "approve", disposal) == 0
    scene.save()
    return disposal


def purge(scene):
    return lambda: scene.run("purge", "--expired")


def is_whole_or_gone(found):
    statements = {name: content for name, content in PILE.items() if "对账单" in name}
    sibling = {name: content for name, content in PILE.items() if "日记账" in name}
    return found in (sibling, {**statements, **sibling})


def test_purge_survives_every_crash_point(scene, capfd):
    disposal = approved(scene, capfd)
    count = count_points(purge(scene))
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        die_at(purge(scene), point, is_after=is_after)
        assert is_whole_or_gone(contents(scene, capfd)), (point, is_after)
        assert scene.run("purge", "--expired") == 0
        found = contents(scene, capfd)
        assert set(found) == {"现金日记账_2013年.txt"}, (point, is_after)
        anchors = [path.name for path in (scene.root / "vault" / "anchor").iterdir()]
        assert anchors == ["00000002.key"], (point, is_after, anchors)
        pages = [path.name for path in (scene.root / "vault" / "ring").iterdir()]
        assert sorted(pages) == ["00000002", "HEAD"], (point, is_after, pages)
        shown = scene.json(capfd, "disposal", "show", disposal)["disposal"]
        assert shown["state"] == "destroyed", (point, is_after)
        assert shown["certificate"], (point, is_after)


def test_refiling_survives_every_crash_point(scene, capfd):
    assert scene.ingest() == 0
    listed = scene.json(capfd, "list", "--period", "2013-01")["documents"]
    document = listed[0]["id"]
    scene.save()

    def refiling():
        return scene.run("edit", document, "--period", "2014-01", "--reason", "moved")

    count = count_points(refiling)
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        die_at(refiling, point, is_after=is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        is_moved = scene.json(capfd, "show", document)["period"] == "2014-01"
        assert scene.run("purge", "--expired") == 0
        anchors = [
            path.name for path in (scene.root / "vault" / "anchor").glob("[0-9]*.key")
        ]
        # Once it is moved the old leaf is gone as soon as anybody writes again.
        assert anchors == [f"0000000{1 + is_moved}.key"], (point, is_after, anchors)
        assert contents(scene, capfd) == PILE, (point, is_after)


def test_backup_survives_every_crash_point(scene, capfd, tmp_path):
    assert scene.ingest() == 0
    target = scene.root / "target"
    target.mkdir()
    scene.save()

    def backup():
        return scene.run("backup", "run", str(target))

    count = count_points(backup)
    assert count > 30
    for point, is_after in points(count):
        scene.put_back()
        die_at(backup, point, is_after=is_after)
        assert contents(scene, capfd) == PILE, (point, is_after)
        assert backup() == 0, (point, is_after)
        restored = tmp_path / "restored"
        shutil.rmtree(restored, ignore_errors=True)
        assert scene.run("backup", "restore", str(target), "--to", str(restored)) == 0
        assert contents(scene, capfd, restored) == PILE, (point, is_after)
