"""New keys for a person: the same standing, and the old keys are nobody's."""

from pathlib import Path

import pytest

from ledgervault.bootstrap.opening import open_as
from ledgervault.bootstrap.succeeding import SuccessionRequest, rotate_identity
from ledgervault.errors import NotAuthorised
from ledgervault.services.rotating import rotate_keys
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.vault.finding import get_client
from ledgervault.vault.names import find_user, names_of
from reading_back import documents, everything

PAPERS = {"银行对账单_2013年01月.txt": b"statement one", "收据_2014年02月.txt": b"two"}


@pytest.fixture
def staffed(firm):
    firm.client("C001")
    firm.ingest("C001", PAPERS)
    firm.join("he", "partner")
    firm.grant("he", "C001")
    return firm


def renew(firm, name):
    """Give somebody new keys; their key file takes the old one's place."""
    fresh = firm.root / f"{name}-2.key"
    request = SuccessionRequest(key_file=str(fresh))
    taken = rotate_identity(firm.settings(name), None, request)
    (firm.root / f"{name}.key").rename(firm.root / f"{name}-old.key")
    fresh.rename(firm.root / f"{name}.key")
    return taken


def test_the_successor_reads_everything_and_the_old_keys_are_out(staffed):
    with staffed.opened() as vault:
        before = {
            key: said
            for key, said in everything(vault).items()
            if key != vault.me.id.hex()
        }
        old = vault.identity
    taken = renew(staffed, "owner")
    assert taken.succeeded.before != taken.succeeded.after
    with staffed.opened() as vault:
        after = everything(vault)
        assert {key: after[key] for key in before} == before
        assert vault.me.role == "owner"
        assert names_of(vault)[vault.me.id] == "owner"
    with pytest.raises(NotAuthorised):
        open_as(staffed.settings("owner"), old)


def test_grants_teams_and_what_was_granted_to_others_go_on(staffed):
    renew(staffed, "owner")
    renew(staffed, "owner")
    with staffed.opened("he") as vault:
        assert get_client(vault, "C001")
        for paper in documents(vault):
            assert vault.records.open_document(paper).title
    renew(staffed, "he")
    with staffed.opened("he") as vault:
        assert get_client(vault, "C001")
        assert find_user(vault, "he")[0].id == vault.me.id
    with staffed.opened() as vault:
        rotate_keys(vault, [], whole=True, why="x")
    with staffed.opened("he") as vault:
        for paper in documents(vault):
            assert vault.records.open_document(paper).title


def test_the_old_file_is_kept_and_marked_and_the_new_one_has_its_name(staffed):
    store = FileIdentityStore(staffed.settings("owner").config_dir)
    before = store.load("owner")[1]
    taken = renew(staffed, "owner")
    assert store.names() == ["he", "owner"]
    assert store.load("owner")[1] != before
    assert Path(taken.retired).read_bytes() == before
