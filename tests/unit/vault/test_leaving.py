"""Somebody leaves: nothing new opens to him, everything stays with the others."""

import sqlite3

import pytest

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.keys import RingKey
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    UsageInvalid,
)
from ledgervault.services.leaving import disable_user
from ledgervault.vault.contents import document_key, latest_version
from ledgervault.vault.finding import get_client
from ledgervault.vault.keychain import Granter, ring_compartment
from ledgervault.vault.names import find_user
from ledgervault.vault.rotation_job import unfinished_rotation
from reading_back import documents, everything, is_under_present_epochs, present_keys

PAPERS = {
    "银行对账单_2013年01月.txt": b"statement one " * 30,
    "收据_2014年02月.txt": b"receipt",
}


@pytest.fixture
def staffed(firm):
    """Return a firm of two clients where lin serves the first and wei both."""
    for client in ("C001", "C002"):
        firm.client(client)
        firm.ingest(
            client, PAPERS if client == "C001" else {"收据_2015年02月.txt": b"x"}
        )
    for name in ("lin", "wei"):
        firm.join(name)
        firm.grant(name, "C001", level="confidential")
    firm.grant("wei", "C002")
    return firm


def leave(firm, name="lin", **how):
    with firm.opened() as vault:
        return disable_user(vault, name, why="left", **how)


def test_a_leaver_is_out_and_everybody_else_reads_as_before(staffed):
    with staffed.opened() as vault:
        before, old = everything(vault), present_keys(vault)
    parted = leave(staffed)
    # Two levels of the client besides the lowest, and what colleagues are called.
    assert parted.compartments == 5
    assert parted.done.wraps == len(PAPERS)
    with pytest.raises(NotAuthorised), staffed.opened("lin"):
        pass
    with staffed.opened() as vault:
        after, new = everything(vault), present_keys(vault)
        assert after == before
        assert is_under_present_epochs(vault)
        row, _client = get_client(vault, "C001")
        changed = {key for key in new if new[key] != old[key]}
        owners = {vault.records.compartment_by_id(one).client_id for one, _ in changed}
        assert owners == {row.id, vault.agency}
    with staffed.opened("wei") as vault:
        row, _client = get_client(vault, "C001")
        for paper in documents(vault):
            assert vault.records.open_document(paper).title


def test_the_keys_a_leaver_had_open_nothing_that_stands(staffed):
    with staffed.opened("lin") as lin:
        leave(staffed)
        lin.records.refresh()
        lin.ring.refresh()
        for paper in documents(lin):
            version = latest_version(lin, paper)
            with pytest.raises((NotAuthorised, IntegrityViolated)):
                document_key(lin, paper, version)
            with pytest.raises((NotAuthorised, IntegrityViolated)):
                lin.records.open_document(paper)


def test_a_command_under_way_when_its_user_leaves_signs_nothing_more(staffed):
    with staffed.opened("lin") as lin, staffed.opened("wei") as wei:
        leave(staffed)
        with pytest.raises(NotAuthorised):
            lin.note("documents.listed")
        wei.note("documents.listed")
    with staffed.opened() as vault:
        assert everything(vault)


def test_a_dry_run_says_what_could_have_been_kept_and_changes_nothing(staffed):
    with staffed.opened() as vault:
        size = vault.catalogue.log_size()
    parted = leave(staffed, is_dry_run=True)
    with staffed.opened() as vault:
        assert vault.catalogue.log_size() == size
    assert parted.done is None
    (agency, client) = parted.kept.clients
    assert (agency.client, agency.reads, agency.knows) == ("-", "", "internal")
    assert (client.client, client.reads) == ("C001", "confidential")
    assert client.documents == len(PAPERS)


def test_the_report_names_what_was_taken_out_and_copied(staffed):
    with staffed.opened() as vault:
        row = documents(vault)[0]
    with staffed.opened("lin") as vault, vault.act() as act:
        act.log("document.read", objects=(row.id.hex(),))
        act.log("backup.started")
    kept = leave(staffed, is_dry_run=True).kept
    assert kept.read == 1
    assert [document for document, _at in kept.recent] == [row.code]
    assert len(kept.backups) == 1


def test_a_key_granted_after_leaving_is_refused(staffed):
    staffed.join("he", "partner")
    with staffed.opened("he") as gone:
        leave(staffed, "he")
        forge_ring_key(staffed, gone, "wei")
    with staffed.opened("wei") as vault, pytest.raises(IntegrityViolated) as caught:
        vault.ring.page(vault.agency)
    assert caught.value.code == "grant.forged"


def forge_ring_key(firm, gone, name: str) -> None:
    """Put a key of the leaver's making in the place of a colleague's ring key."""
    with firm.opened() as vault:
        user, _name = find_user(vault, name)
        epoch = vault.ring.head.epoch
        row = Granter(gone.id, gone.identity, 0).grant(
            RingKey.generate(),
            user,
            compartment=ring_compartment(vault.id),
            kind=GrantKind.RING,
            epoch=epoch,
        )
    with sqlite3.connect(firm.root / "vault" / "catalogue.sqlite") as connection:
        changed = connection.execute(
            "UPDATE grants SET record = ?, granter = ? "
            "WHERE recipient = ? AND kind = 3 AND epoch = ?",
            (row.record, row.granter, row.recipient, epoch),
        )
        assert changed.rowcount == 1
    connection.close()


def test_nobody_lets_himself_go_and_the_last_owner_stays(staffed):
    with staffed.opened() as vault, pytest.raises(UsageInvalid):
        disable_user(vault, "owner", why="x")
    staffed.join("he", "partner")
    with staffed.opened("he") as vault, pytest.raises(NotAuthorised):
        disable_user(vault, "owner", why="x")


def test_recovery_does_not_let_the_last_owner_go(staffed):
    staffed.join("safe", "recovery")
    with staffed.opened("safe") as vault, pytest.raises(Conflict):
        disable_user(vault, "owner", why="x")


def test_a_partner_without_the_keys_leaves_it_to_an_owner(staffed):
    staffed.join("he", "partner")
    with staffed.opened("he") as vault, pytest.raises(NotAuthorised):
        disable_user(vault, "lin", why="x")
    with staffed.opened() as vault:
        assert unfinished_rotation(vault.catalogue) is None
    with staffed.opened("lin") as vault:
        assert vault.me.is_active
