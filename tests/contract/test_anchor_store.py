import pytest

from ledgervault.crypto.keys import Anchor
from ledgervault.errors import Conflict, IntegrityViolated
from ledgervault.storage.anchors import FileAnchorStore


@pytest.fixture(params=["file"])
def anchors(request, tmp_path):
    store = FileAnchorStore(tmp_path / "anchor")
    assert store.name == request.param
    return store


def test_anchor_comes_back(anchors):
    assert list(anchors.epochs()) == []
    anchors.create(2, Anchor(b"b" * 32))
    anchors.create(1, Anchor(b"a" * 32))
    assert list(anchors.epochs()) == [1, 2]
    assert anchors.get(1).raw == b"a" * 32
    assert anchors.get(2).raw == b"b" * 32


def test_anchor_of_an_epoch_is_created_once(anchors):
    anchors.create(1, Anchor(b"a" * 32))
    with pytest.raises(Conflict):
        anchors.create(1, Anchor(b"b" * 32))
    assert anchors.get(1).raw == b"a" * 32


def test_destroyed_anchor_is_gone_and_says_how(anchors):
    anchors.create(1, Anchor(b"a" * 32))
    assert "overwritten" in anchors.destroy(1)
    assert list(anchors.epochs()) == []
    with pytest.raises(IntegrityViolated) as caught:
        anchors.get(1)
    assert caught.value.code == "anchor.missing"


def test_destruction_can_be_repeated(anchors):
    anchors.destroy(1)
    anchors.create(1, Anchor(b"a" * 32))
    anchors.destroy(1)
    assert anchors.destroy(1)


@pytest.mark.parametrize("epoch", [-1, 100_000_000])
def test_impossible_epoch_is_refused(anchors, epoch):
    with pytest.raises(IntegrityViolated):
        anchors.create(epoch, Anchor(b"a" * 32))
