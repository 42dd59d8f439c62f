import pytest

from ledgervault.errors import Conflict
from ledgervault.storage.catalogue.opening import open_catalogue


class Interrupted(BaseException):
    """Stands for a signal in the middle of an act."""


def test_reads_see_what_the_open_transaction_wrote(catalogue):
    with catalogue.transaction() as tx:
        tx.put_fact("name", b"value")
        assert catalogue.fact("name") == b"value"


@pytest.mark.parametrize("kind", [ValueError, Interrupted])
def test_any_exception_rolls_back(catalogue, kind):
    def act():
        with catalogue.transaction() as tx:
            tx.put_fact("name", b"value")
            raise kind

    with pytest.raises(kind):
        act()
    assert catalogue.fact("name") is None
    with catalogue.transaction() as tx:
        tx.put_fact("name", b"again")
    assert catalogue.fact("name") == b"again"


def test_transaction_inside_a_transaction_is_refused(catalogue):
    with pytest.raises(Conflict), catalogue.transaction(), catalogue.transaction():
        pass


def test_copy_is_whole_private_and_opens(filled, make, tmp_path):
    copy = tmp_path / "copy.sqlite"
    filled.copy_to(str(copy))
    assert copy.stat().st_mode & 0o777 == 0o600
    opened = open_catalogue(copy)
    assert opened.document(make.document(4).id) == make.document(4)
    opened.close()


def test_copy_never_overwrites(filled, tmp_path):
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(b"something else")
    with pytest.raises(Conflict):
        filled.copy_to(str(copy))
    assert copy.read_bytes() == b"something else"


def test_copy_inside_a_transaction_is_refused(filled, tmp_path):
    with pytest.raises(Conflict), filled.transaction():
        filled.copy_to(str(tmp_path / "copy.sqlite"))
    assert not (tmp_path / "copy.sqlite").exists()


def test_health_says_which_journal_and_why(catalogue):
    health = catalogue.health()
    assert health["integrity"] == "ok"
    assert health["secure_delete"] == "on"
    assert health["reason"]
    assert (health["journal_mode"], health["synchronous"]) in {
        ("delete", "EXTRA"),
        ("wal", "FULL"),
    }
