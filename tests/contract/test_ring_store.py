import hashlib

import pytest

from ledgervault.errors import IntegrityViolated
from ledgervault.storage.ring_files import FileRingStore

ALICE, BOB = b"\xaa" * 16, b"\xbb" * 16


@pytest.fixture(params=["files"])
def ring(request, tmp_path):
    assert request.param == "files"
    return FileRingStore(tmp_path / "ring")


def _sha(page):
    return hashlib.sha256(page).digest()


def test_new_ring_has_no_head(ring):
    assert ring.read_head() is None
    ring.discard_except(1, {})


def test_head_is_replaced(ring):
    ring.write_head(b"first, and longer")
    ring.write_head(b"second")
    assert ring.read_head() == b"second"


def test_pages_lie_beside_each_other(ring):
    ring.write_pages(1, {ALICE: b"a1", BOB: b"b1"})
    ring.write_pages(1, {ALICE: b"a2"})
    assert ring.read_page(1, ALICE, _sha(b"a1")) == b"a1"
    assert ring.read_page(1, ALICE, _sha(b"a2")) == b"a2"
    assert ring.read_page(1, BOB, _sha(b"b1")) == b"b1"


def test_pages_can_be_written_again(ring):
    ring.write_pages(1, {ALICE: b"a1"})
    ring.write_pages(1, {ALICE: b"a1"})
    assert ring.read_page(1, ALICE, _sha(b"a1")) == b"a1"


def test_missing_page_is_a_violation(ring):
    ring.write_pages(1, {ALICE: b"a1"})
    for epoch, client, page in ((2, ALICE, b"a1"), (1, BOB, b"a1"), (1, ALICE, b"a2")):
        with pytest.raises(IntegrityViolated) as caught:
            ring.read_page(epoch, client, _sha(page))
        assert caught.value.code == "ring.page-missing"


def test_discard_keeps_only_the_named_pages(ring):
    ring.write_head(b"head")
    ring.write_pages(1, {ALICE: b"a1", BOB: b"b1"})
    ring.write_pages(2, {ALICE: b"a2", BOB: b"b2"})
    ring.write_pages(2, {ALICE: b"a3"})
    ring.write_pages(3, {ALICE: b"a4"})
    ring.discard_except(2, {ALICE: _sha(b"a3"), BOB: _sha(b"b2")})
    assert ring.read_page(2, ALICE, _sha(b"a3")) == b"a3"
    assert ring.read_page(2, BOB, _sha(b"b2")) == b"b2"
    gone = [(1, ALICE, b"a1"), (1, BOB, b"b1"), (2, ALICE, b"a2"), (3, ALICE, b"a4")]
    for epoch, client, page in gone:
        with pytest.raises(IntegrityViolated):
            ring.read_page(epoch, client, _sha(page))
    assert ring.read_head() == b"head"


def test_discard_can_be_repeated(ring):
    ring.write_pages(1, {ALICE: b"a1"})
    ring.write_pages(2, {})
    for _ in range(2):
        ring.discard_except(2, {})
        with pytest.raises(IntegrityViolated):
            ring.read_page(1, ALICE, _sha(b"a1"))


@pytest.mark.parametrize("epoch", [-1, 100_000_000])
def test_impossible_epoch_is_refused(ring, epoch):
    with pytest.raises(IntegrityViolated):
        ring.write_pages(epoch, {})


def test_grants_lie_beside_head_and_are_replaced_as_a_whole(ring):
    assert ring.read_grants() == []
    ring.write_grants([b"a" * 1328, b"b" * 1328])
    ring.discard_except(1, {})
    assert ring.read_grants() == [b"a" * 1328, b"b" * 1328]
    ring.write_grants([b"c" * 1328])
    assert ring.read_grants() == [b"c" * 1328]
