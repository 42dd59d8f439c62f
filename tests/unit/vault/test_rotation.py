import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firms import Firm
from ledgervault.crypto.columns import parse_column_epoch
from ledgervault.errors import NotAuthorised
from ledgervault.services.rotating import finish_rotation, rotate_keys, rotate_ring
from ledgervault.storage.catalogue.tables import metadata
from ledgervault.vault.contents import document_key, latest_version
from ledgervault.vault.finding import get_client
from ledgervault.vault.new_epochs import prepare_renewal, write_renewal
from ledgervault.vault.resealing import OF_AGENCY, OF_CLIENTS
from ledgervault.vault.rewrapping import resume_rotation
from ledgervault.vault.rotation_job import unfinished_rotation
from ledgervault.vault.writing import writing
from reading_back import (
    documents,
    everything,
    is_under_present_epochs,
    opened_by,
    present_keys,
    sealed_values,
)

PAPERS = {
    "银行对账单_2013年01月.txt": b"statement one " * 30,
    "收据_2014年02月.txt": b"receipt",
    "现金日记账_2013年.txt": b"sibling " * 50,
}


def with_papers(firm, client: str) -> None:
    firm.client(client)
    firm.ingest(client, PAPERS)


def begin(vault, client: str) -> None:
    """Commit the first transaction of a rotation and stop there."""
    with writing(vault, "key rotate"):
        row, _client = get_client(vault, client)
        renewal = prepare_renewal(vault, vault.catalogue.compartments_of(row.id))
        with vault.act() as act:
            write_renewal(vault, act, renewal, "x")


def test_everything_reads_back_and_the_old_keys_open_nothing(firm):
    with_papers(firm, "C001")
    assert firm.run("hold", "add", "--client", "C001", "--reason", "仲裁") == 0
    with firm.opened() as vault:
        before, old = everything(vault), present_keys(vault)
        count = len(list(sealed_values(vault))) + len(PAPERS)
        assert opened_by(vault, old) == count
        done = rotate_keys(vault, [], whole=True, why="x")
        assert (done.wraps, done.problems) == (len(PAPERS), ())
        assert done.wraps + done.sealed == count
    with firm.opened() as vault:
        assert everything(vault) == before
        assert is_under_present_epochs(vault)
        assert opened_by(vault, old) == 0
        assert opened_by(vault, present_keys(vault)) == count


ACTIONS = st.lists(
    st.sampled_from(["C001", "C002", "all", "ring", "cut C001", "cut C002", "resume"]),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_whatever_is_rotated_and_cut_off_everything_reads_back(actions):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as root:
        patch.setenv("XDG_CONFIG_HOME", f"{root}/config")
        firm = Firm(Path(root)).found()
        with_papers(firm, "C001")
        firm.client("C002")
        firm.ingest("C002", {"收据_2015年02月.txt": b"another"})
        with firm.opened() as vault:
            before = everything(vault)
        for action in actions:
            with firm.opened() as vault:
                old = present_keys(vault)
                rotate(vault, action)
            with firm.opened() as vault:
                assert everything(vault) == before
                if action == "all":
                    assert opened_by(vault, old) == 0
        with firm.opened() as vault:
            finish_rotation(vault)
            assert everything(vault) == before
            assert is_under_present_epochs(vault)


def rotate(vault, action: str) -> None:
    if action == "ring":
        rotate_ring(vault)
    elif action == "resume":
        finish_rotation(vault)
    elif action.startswith("cut "):
        begin(vault, action.removeprefix("cut "))
    else:
        whole = action == "all"
        rotate_keys(vault, [] if whole else [action], whole=whole, why="x")


def test_the_next_writer_finishes_a_rotation_that_was_cut_off(firm):
    with_papers(firm, "C001")
    with firm.opened() as vault:
        begin(vault, "C001")
        assert unfinished_rotation(vault.catalogue) is not None
        assert not is_under_present_epochs(vault)
    assert firm.run("client", "add", "C002", "--name", "远艾") == 0
    with firm.opened() as vault:
        assert unfinished_rotation(vault.catalogue) is None
        assert is_under_present_epochs(vault)


def test_a_writer_without_the_keys_leaves_the_rotation_to_those_who_hold_them(firm):
    with_papers(firm, "C001")
    firm.join("lin")
    with firm.opened() as vault:
        begin(vault, "C001")
    with firm.opened("lin") as vault:
        with writing(vault, "anything"):
            pass
        with pytest.raises(NotAuthorised):
            resume_rotation(vault)
        assert unfinished_rotation(vault.catalogue) is not None


def test_what_is_new_during_a_rotation_lies_under_the_new_keys(firm):
    with_papers(firm, "C001")
    with firm.opened() as vault:
        begin(vault, "C001")
        row, _client = get_client(vault, "C001")
        sealed = vault.records.seal_for_client(row.id, "shares", b"s" * 16, {}, 1)
        assert parse_column_epoch(sealed) == 2


def test_whoever_is_left_out_reads_nothing_that_was_brought_under_the_new_keys(firm):
    with_papers(firm, "C001")
    lin = firm.join("lin")
    firm.join("wei")
    firm.grant("lin", "C001")
    firm.grant("wei", "C001")
    with firm.opened() as vault:
        before = everything_of(vault, "C001")
        row, _client = get_client(vault, "C001")
        rows = vault.catalogue.compartments_of(row.id)
        renewal = prepare_renewal(vault, rows, excluded=frozenset({lin.id}))
        with vault.act() as act:
            write_renewal(vault, act, renewal, "lin left")
        resume_rotation(vault)
    with firm.opened("wei") as vault:
        assert everything_of(vault, "C001") == before
    with firm.opened("lin") as vault:
        with pytest.raises(NotAuthorised):
            vault.records.open_client(vault.catalogue.client(row.id))
        for document in documents(vault):
            with pytest.raises(NotAuthorised):
                document_key(vault, document, latest_version(vault, document))


def test_nobody_renews_keys_he_does_not_hold(firm):
    with_papers(firm, "C001")
    firm.join("lin", "partner")
    with firm.opened("lin") as vault:
        rows = vault.catalogue.compartments()
        with pytest.raises(NotAuthorised):
            prepare_renewal(vault, rows)


def everything_of(vault, client: str):
    row, opened = get_client(vault, client)
    papers = [
        (
            vault.records.open_document(one),
            document_key(vault, one, latest_version(vault, one)),
        )
        for one in documents(vault)
        if one.client_id == row.id
    ]
    return opened, papers


def test_every_table_that_keeps_something_sealed_is_brought_along():
    sealed = {table.name for table in metadata.sorted_tables if "sealed" in table.c}
    by_papers, by_refreshing = {"documents", "texts"}, {"mirrors"}
    by_client = {"clients", "folders", *OF_CLIENTS, *OF_AGENCY}
    assert sealed == by_papers | by_client | by_refreshing
