"""Every crash point of a purge by the service, resumed by the service itself.

The full enumeration runs with `LEDGERVAULT_FAULTS=full`; otherwise every seventh
point is tried, before and after in turn.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from crashing import count_points, die_at

from tools.expiring import PACK
from tools.joining import join

IS_FULL = os.environ.get("LEDGERVAULT_FAULTS") == "full"
SERIES = {"alone": "soon.log", "asked": "soon.paper", "held": "soon.log"}


def points(count):
    every = [
        (point, is_after) for point in range(1, count + 1) for is_after in (False, True)
    ]
    return every if IS_FULL else every[::7] + every[-4:]


@pytest.fixture
def unattended(scene, capfd):
    """One folder that goes alone, one that asks, one on hold; a mirror; a service."""
    (scene.root / "soon.yaml").write_text(PACK.replace(", grace: P7D", ""))
    scene.json(capfd, "policy", "adopt", str(scene.root / "soon.yaml"), "cn", "base")
    assert scene.run("client", "add", "C002", "--name", "白石") == 0
    for number, (name, series) in enumerate(SERIES.items()):
        paper = scene.root / "pile" / f"{name}.txt"
        paper.write_bytes(bytes([97 + number]) * 900)
        client = "C002" if name == "held" else "C001"
        filing = ("--series", series, "--period", "2020", "--client", client)
        assert scene.run("ingest", str(paper), *filing, "--workers", "1") == 0
    assert scene.run("hold", "add", "--client", "C002", "--reason", "x") == 0
    (scene.root / "target").mkdir()
    assert scene.run("backup", "run", str(scene.root / "target")) == 0
    scene.cron = join(scene.root, "cron", "service").flags
    proposed = scene.json(capfd, "purge", "--expired", "--dry-run")["proposed"]
    assert sorted(one["series"] for one in proposed) == ["soon.log", "soon.paper"]
    scene.save()
    return scene


def titles(scene, capfd):
    listed = scene.json(capfd, "list", "--limit", "0")["documents"]
    return {one["title"] for one in listed if one["title"] in SERIES}


def acts(scene, capfd):
    events = scene.json(capfd, "log", "show", "--limit", "999")["entries"]
    return [one["act"] for one in events]


def test_service_resumes_its_own_purge_from_every_crash_point(unattended, capfd):
    scene = unattended

    def purge():
        return scene.run("purge", "--expired", *scene.cron)

    count = count_points(purge)
    assert count > 60
    for point, is_after in points(count):
        scene.put_back()
        die_at(purge, point, is_after=is_after)
        assert {"held", "asked"} <= titles(scene, capfd), (point, is_after)
        assert purge() == 0, (point, is_after)
        assert titles(scene, capfd) == {"held", "asked"}, (point, is_after)
        seen = scene.json(capfd, "purge", "--expired", *scene.cron)
        assert [one["series"] for one in seen["owed"]] == ["soon.log"]
        assert [one["series"] for one in seen["pending"]] == ["soon.paper"]
        assert (seen["executed"], seen["destroyed"]) == ([], 0), (point, is_after)
        # Once, however often it died: the act cannot be repeated, its rest can.
        assert acts(scene, capfd).count("purge.executed") == 1, (point, is_after)
        assert scene.run("verify", "--read-data", *scene.cron) == 0, (point, is_after)
        anchors = [path.name for path in (scene.root / "vault" / "anchor").iterdir()]
        assert anchors == ["00000002.key"], (point, is_after, anchors)
        mirrored = [path.name for path in (scene.root / "target").rglob("0*.key")]
        assert mirrored == anchors, (point, is_after)
        signed = scene.json(capfd, "purge", "--expired")
        assert len(signed["certified"]) == 1, (point, is_after)
        assert signed["owed"] == [], (point, is_after)


def test_certificate_survives_every_crash_point(unattended, capfd):
    scene = unattended
    assert scene.run("purge", "--expired", *scene.cron) == 0
    scene.save()

    def certify():
        return scene.run("purge", "--expired")

    count = count_points(certify)
    assert count > 10
    for point, is_after in points(count):
        scene.put_back()
        die_at(certify, point, is_after=is_after)
        assert certify() == 0, (point, is_after)
        done = scene.json(capfd, "disposal", "list", "--state", "destroyed")
        (made,) = done["disposals"]
        assert made["certificate"], (point, is_after)
        assert acts(scene, capfd).count("disposal.certified") == 1, (point, is_after)
