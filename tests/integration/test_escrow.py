"""Copies of the ring on other disks: what they hold, and what they never keep."""

import shutil

import pytest

from tools.joining import join

EXPIRED = ("银行对账单_2013年01月.txt", "银行对账单_2013年02月.txt")


def place(agency, name):
    folder = agency.root / name
    folder.mkdir()
    return folder


def escrows(agency):
    return agency.json("key", "escrow", "list")["escrows"]


def states(agency):
    return [(one["state"], one["contents"]) for one in escrows(agency)]


def purge(agency):
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == 2


def mirror(agency, folder):
    (found,) = folder.glob("*/mirror")
    return found


def test_an_escrow_holds_the_live_ring_and_its_anchor(agency):
    folder = place(agency, "safe")
    made = agency.json("key", "escrow", "add", str(folder))["escrow"]
    assert (made["state"], made["contents"], made["epoch"]) == ("final", "current", 1)
    copy = mirror(agency, folder)
    assert (copy / "ring/HEAD").read_bytes() == (
        agency.vault / "ring/HEAD"
    ).read_bytes()
    anchor = "anchor/00000001.key"
    assert (copy / anchor).read_bytes() == (agency.vault / anchor).read_bytes()
    assert made["acknowledged"] is not None


def test_a_new_folder_leaves_the_escrow_behind_until_it_is_refreshed(agency):
    folder = place(agency, "safe")
    agency.json("key", "escrow", "add", str(folder))
    agency.ingest(agency.paper("现金日记账_2026年.txt"))
    assert states(agency) == [("final", "behind")]
    done = agency.json("key", "escrow", "refresh")
    assert [one["contents"] for one in done["refreshed"]] == ["current"]
    assert states(agency) == [("final", "current")]


def test_refreshing_twice_writes_nothing_more_to_the_log(agency):
    agency.json("key", "escrow", "add", str(place(agency, "safe")))
    before = agency.json("log", "checkpoint")["root"]
    assert agency.json("key", "escrow", "refresh")["refreshed"] == []
    assert len(agency.json("key", "escrow", "refresh", "--all")["refreshed"]) == 1
    assert agency.json("log", "checkpoint")["root"] == before


def test_an_escrow_added_twice_is_registered_once(agency):
    folder = place(agency, "safe")
    first = agency.json("key", "escrow", "add", str(folder))["escrow"]["id"]
    assert agency.json("key", "escrow", "add", str(folder))["escrow"]["id"] == first
    assert len(escrows(agency)) == 1


def test_a_purge_reaches_a_copy_that_was_away_when_it_comes_back(agency):
    folder, away = place(agency, "safe"), agency.root / "away"
    agency.ingest(*(agency.paper(name) for name in EXPIRED))
    agency.json("key", "escrow", "add", str(folder))
    folder.rename(away)
    purge(agency)
    assert states(agency) == [("pending", "unreachable")]
    ran = agency.run("--json", "key", "escrow", "refresh")
    assert ran.code == 3
    assert [one["location"] for one in ran.json()["unreached"]] == [str(folder)]
    assert "cannot be reached" in ran.err
    away.rename(folder)
    assert states(agency) == [("pending", "behind")]
    assert agency.run("key", "escrow", "refresh").code == 0
    assert states(agency) == [("final", "current")]
    names = [path.name for path in (mirror(agency, folder) / "anchor").iterdir()]
    assert names == ["00000002.key"]


def test_one_unreachable_copy_does_not_keep_the_others_from_being_refreshed(agency):
    gone, there = place(agency, "a"), place(agency, "b")
    for folder in (gone, there):
        agency.json("key", "escrow", "add", str(folder))
    shutil.rmtree(gone)
    agency.ingest(agency.paper("现金日记账_2026年.txt"))
    ran = agency.run("--json", "key", "escrow", "refresh", "--all")
    assert ran.code == 3
    assert [one["location"] for one in ran.json()["refreshed"]] == [str(there)]
    assert not gone.exists()


def test_a_state_written_into_the_catalogue_by_hand_is_not_believed(agency):
    folder = place(agency, "safe")
    agency.ingest(*(agency.paper(name) for name in EXPIRED))
    agency.json("key", "escrow", "add", str(folder))
    folder.rename(agency.root / "away")
    purge(agency)
    agency.sql("update mirrors set epoch = 2")
    assert states(agency) == [("pending", "unreachable")]


def test_a_copy_whose_head_nobody_signed_is_called_damaged_and_mended(agency):
    folder = place(agency, "safe")
    agency.json("key", "escrow", "add", str(folder))
    head = mirror(agency, folder) / "ring/HEAD"
    raw = bytearray(head.read_bytes())
    raw[-1] ^= 1
    head.write_bytes(raw)
    assert [contents for _state, contents in states(agency)] == ["damaged"]
    assert agency.run("key", "escrow", "refresh").code == 0
    assert states(agency) == [("final", "current")]


@pytest.mark.parametrize("name", ["Dropbox", "坚果云"])
def test_a_sync_folder_is_refused_unless_expressly_accepted(agency, name):
    folder = place(agency, name) / "safe"
    folder.mkdir()
    ran = agency.run("key", "escrow", "add", str(folder))
    assert (ran.code, "old versions" in ran.err) == (4, True)
    assert list(folder.iterdir()) == []
    assert escrows(agency) == []
    accepted = ("key", "escrow", "add", str(folder), "--unsafe-keeps-history")
    assert agency.run(*accepted).code == 0
    assert states(agency) == [("final", "current")]


def test_a_folder_inside_the_vault_or_none_at_all_is_refused(agency):
    assert agency.run("key", "escrow", "add", str(agency.vault / "copy")).code == 2
    absent = agency.root / "not-mounted"
    assert agency.run("key", "escrow", "add", str(absent)).code == 10
    assert not absent.exists()
    assert agency.run("key", "escrow", "refresh", str(absent)).code == 5


def test_backup_targets_are_listed_among_the_copies(agency):
    target = place(agency, "disk")
    agency.json("backup", "run", str(target))
    assert [one["location"] for one in escrows(agency)] == [str(target)]


def test_status_tells_slots_keys_anchors_and_copies(agency):
    folder = place(agency, "safe")
    agency.json("key", "escrow", "add", str(folder))
    shown = agency.json("key", "status")
    assert (shown["identity"], shown["role"]) == ("owner", "owner")
    assert shown["keys"]["clients"] == 1
    assert shown["keys"]["doc"] == shown["keys"]["meta"] > 0
    assert shown["keys"]["ring"] == 1
    assert shown["anchors"] == {"driver": "file", "epochs": [1], "live_epoch": 1}
    assert [one["kind"] for one in shown["slots"]] == ["recovery code", "key file"]
    assert [one["location"] for one in shown["mirrors"]] == [str(folder)]
    page = agency.run("key", "status").out
    assert all(text in page for text in (shown["fingerprint"], str(folder), "file"))


def test_a_copy_registered_before_ones_time_is_shown_without_its_place(agency):
    folder, away = place(agency, "safe"), agency.root / "away"
    agency.json("key", "escrow", "add", str(folder))
    folder.rename(away)
    assert agency.run("key", "rotate", "--ring", "--reason", "x").code == 0
    service = join(agency.root, "lin", "service")
    away.rename(folder)
    (shown,) = agency.json("key", "escrow", "list", *service.flags)["escrows"]
    assert (shown["location"], shown["contents"]) == (None, "closed")
    assert (shown["state"], shown["epoch"]) == ("pending", 1)
    ran = agency.run("--json", "key", "escrow", "refresh", *service.flags)
    assert (ran.code, "closed to you" in ran.err) == (3, True)
    assert agency.run("key", "escrow", "refresh").code == 0
    (shown,) = agency.json("key", "escrow", "list", *service.flags)["escrows"]
    assert (shown["location"], shown["state"]) == (str(folder), "final")


def test_escrow_is_refused_to_whom_the_policy_gives_no_backup(agency):
    bookkeeper = join(agency.root, "zhao", "bookkeeper")
    folder = place(agency, "safe")
    for argv in (("list",), ("refresh",), ("add", str(folder))):
        assert agency.run("key", "escrow", *argv, *bookkeeper.flags).code == 4
    assert list(folder.iterdir()) == []
    status = agency.json("key", "status", *bookkeeper.flags)
    assert (status["role"], status["keys"]["clients"]) == ("bookkeeper", 0)
