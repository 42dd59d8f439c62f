import os

import pytest

from ledgervault.errors import Conflict
from ledgervault.storage.locks import FileWriterLock


@pytest.fixture(params=["file"])
def lock(request, tmp_path):
    assert request.param == "file"
    return lambda wait_s=0.0: FileWriterLock(tmp_path / "lock", wait_s)


def test_lock_is_free_again_after_its_block(lock):
    held = 0
    for _ in range(3):
        with lock().hold("ingest"):
            held += 1
            with pytest.raises(Conflict), lock().hold("purge"):
                pass
    assert held == 3


def test_lock_is_free_again_after_an_exception(lock):
    with pytest.raises(ValueError, match="no"), lock().hold("ingest"):
        raise ValueError("no")
    with lock().hold("purge"):
        pass


@pytest.mark.parametrize("wait_s", [0.0, 0.06])
def test_second_writer_is_told_who_holds_it(lock, wait_s):
    with lock().hold("ingest"):
        with pytest.raises(Conflict) as caught, lock(wait_s).hold("purge"):
            pass
        assert caught.value.code == "vault.busy"
        assert "ingest" in caught.value.message


def test_second_writer_waits_for_the_first(lock):
    told, telling = os.pipe()
    asked, asking = os.pipe()
    child = os.fork()
    if child == 0:
        with lock().hold("ingest"):
            os.write(telling, b"held")
            os.read(asked, 1)
        os._exit(0)
    assert os.read(told, 4) == b"held"
    os.write(asking, b"g")
    with lock(30.0).hold("purge"):
        pass
    assert os.waitpid(child, 0)[1] == 0


def test_lock_dies_with_its_holder(lock):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with lock().hold("ingest"):
            os.write(writing, b"held")
            os._exit(9)
    assert os.read(reading, 4) == b"held"
    os.waitpid(child, 0)
    with lock(30.0).hold("purge"):
        pass
