import os
import stat

import pytest

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.storage.deliveries import FileDeliveries


@pytest.fixture
def deliveries():
    return FileDeliveries()


def begin(deliveries, folder, name="out.txt", *, may_number=False):
    return deliveries.create(str(folder), name, may_number=may_number, is_durable=False)


def test_a_delivery_has_its_name_only_when_whole(deliveries, tmp_path):
    delivery = begin(deliveries, tmp_path)
    delivery.write(b"half")
    assert not (tmp_path / "out.txt").exists()
    path = delivery.finish()
    assert (tmp_path / "out.txt").read_bytes() == b"half"
    assert os.path.samefile(path, tmp_path / "out.txt")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_an_empty_document_is_delivered_as_an_empty_file(deliveries, tmp_path):
    assert os.path.getsize(begin(deliveries, tmp_path).finish()) == 0


def test_a_delivery_that_was_not_begun_touches_nothing(deliveries, tmp_path):
    delivery = begin(deliveries, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    delivery.abandon()
    assert list(tmp_path.iterdir()) == []


def test_an_abandoned_delivery_leaves_nothing(deliveries, tmp_path):
    delivery = begin(deliveries, tmp_path)
    delivery.write(b"secret")
    delivery.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_taken_name_is_refused_or_numbered_and_never_replaced(deliveries, tmp_path):
    (tmp_path / "out.txt").write_bytes(b"mine")
    refused = begin(deliveries, tmp_path)
    with pytest.raises(Conflict):
        refused.finish()
    refused.abandon()
    numbered = begin(deliveries, tmp_path, may_number=True)
    assert numbered.finish().endswith("out (2).txt")
    assert (tmp_path / "out.txt").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_counts_as_a_taken_name(deliveries, tmp_path):
    (tmp_path / "out.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict):
        deliveries.verify_free(str(tmp_path), "out.txt")
    with pytest.raises(Conflict):
        begin(deliveries, tmp_path).finish()
    assert not (tmp_path / "elsewhere").exists()


def test_a_free_name_in_a_missing_folder_is_free(deliveries, tmp_path):
    deliveries.verify_free(str(tmp_path / "new"), "out.txt")
    deliveries.verify_free(str(tmp_path), None)


def test_a_folder_that_cannot_be_made_is_refused(deliveries, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageUnavailable):
        deliveries.verify_free(str(tmp_path / "file" / "under"), "out.txt")
