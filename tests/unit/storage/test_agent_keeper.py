"""What the session agent holds, with the time as an argument."""

import os

import pytest

from ledgervault.storage.agent_keeper import Held, Keeper, stamp_of
from ledgervault.storage.private_memory import SecretPage

ME, DIGEST, SEED = b"i" * 16, b"d" * 32, b"s" * 32


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "owner.identity"
    path.write_bytes(b"sealed")
    return os.fsencode(path)


@pytest.fixture
def keeper():
    return Keeper(SecretPage())


def hold(keeper, file, *, now=100.0, identity=ME, lasts_s=60, idle_s=10):
    place = keeper.place()
    place[:] = SEED
    held = Held(identity, DIGEST, file, stamp_of(file), place, idle_s=idle_s)
    assert keeper.keep(now, held, lasts_s)
    return place


def test_seed_is_given_until_it_was_idle_too_long(keeper, file):
    place = hold(keeper, file)
    assert keeper.find(109.0, ME, DIGEST) == SEED
    assert keeper.find(118.0, ME, DIGEST) == SEED
    assert keeper.find(128.0, ME, DIGEST) is None
    assert bytes(place) == bytes(32)


def test_use_does_not_move_the_end(keeper, file):
    hold(keeper, file)
    for now in range(105, 160, 5):
        assert keeper.find(float(now), ME, DIGEST) == SEED
    assert keeper.find(160.0, ME, DIGEST) is None
    assert len(keeper) == 0


def test_asking_for_the_status_is_no_use(keeper, file):
    hold(keeper, file)
    assert list(keeper.remaining(109.0)) == [(ME, 51, 1)]
    assert list(keeper.remaining(110.0)) == []


@pytest.mark.parametrize("change", [b"sealed anew", b"SEALED", None])
def test_changed_or_missing_identity_file_ends_it(keeper, file, change):
    place = hold(keeper, file)
    if change is None:
        os.unlink(file)
    else:
        with open(file, "wb") as written:
            written.write(change)
        os.utime(file, ns=(1, 1))
    keeper.expire(101.0)
    assert len(keeper) == 0
    assert bytes(place) == bytes(32)


def test_exchanged_identity_file_ends_it(keeper, file, tmp_path):
    hold(keeper, file)
    status = os.stat(file)
    other = tmp_path / "other"
    other.write_bytes(b"seal3d")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.rename(os.fsdecode(file))
    assert keeper.find(101.0, ME, DIGEST) is None


def test_another_digest_gets_nothing_and_ends_it(keeper, file):
    hold(keeper, file)
    assert keeper.find(101.0, ME, b"e" * 32) is None
    assert keeper.find(101.0, ME, DIGEST) is None


def test_identities_are_kept_and_forgotten_one_by_one(keeper, file):
    hold(keeper, file)
    other = hold(keeper, file, identity=b"j" * 16)
    assert keeper.forget(ME) == 1
    assert keeper.forget(ME) == 0
    assert keeper.find(101.0, b"j" * 16, DIGEST) == SEED
    assert keeper.forget_all() == 1
    assert bytes(other) == bytes(32)


def test_unlocking_again_starts_the_times_anew(keeper, file):
    first = hold(keeper, file)
    hold(keeper, file, now=150.0)
    assert bytes(first) in (bytes(32), SEED)
    assert list(keeper.remaining(151.0)) == [(ME, 59, 9)]


def test_file_that_cannot_be_watched_is_not_kept(keeper):
    place = keeper.place()
    place[:] = SEED
    held = Held(ME, DIGEST, b"/nowhere/at/all", None, place, idle_s=10)
    assert not keeper.keep(100.0, held, 60)
    assert bytes(place) == bytes(32)
    assert stamp_of(b"/tmp/\0") is None


def test_page_is_locked_and_left_out_of_dumps():
    page = SecretPage()
    assert page.is_locked
    with open("/proc/self/smaps", encoding="ascii") as lines:
        flags = [line.split() for line in lines if line.startswith("VmFlags:")]
    assert any("lo" in one and "dd" in one for one in flags)
