"""Kept texts: found by a search, under a leaf of their own, gone with their paper."""

import pytest

from ledgervault.bootstrap.opening import open_vault
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.crypto.grants import GrantKind
from ledgervault.errors import NotFound
from ledgervault.vault.artefacts import open_text, unpack_words

NAME = "银行对账单_2013年01月.txt"
WORD = "青鸾七七四一"
LONG = ("流水 明细 " * 600 + WORD).encode()


def opened(agency):
    options = GlobalOptions(vault=str(agency.vault), passphrase_file=str(agency.key))
    return open_vault(settings_of(options), None)


def kept_text(agency, document):
    vault = opened(agency)
    try:
        row = vault.catalogue.find_documents(document)[0]
        text = vault.catalogue.find_text(row.id)
        return row, text, unpack_words(open_text(vault.records, row, text)).text
    finally:
        vault.catalogue.close()


def is_derivable(agency, row, leaf):
    vault = opened(agency)
    try:
        return vault.ring.is_derivable(row.client_id, row.folder_id, leaf)
    finally:
        vault.catalogue.close()


@pytest.fixture
def document(agency):
    return agency.ingest(agency.paper(NAME, LONG))[0]["id"]


def found(agency, *words, vault=None):
    listed = agency.json("search", *words, vault=vault)["documents"]
    return [one["id"] for one in listed]


def test_words_far_down_in_a_paper_are_found(agency, document):
    assert found(agency, WORD) == [document]
    assert found(agency, WORD, "2013") == [document]
    assert found(agency, WORD, "nowhere") == []


def test_width_and_case_of_letters_do_not_matter(agency):
    paper = agency.ingest(agency.paper("a.txt", "ＩＮＶＯＩＣＥ Nº 7".encode()))[0]
    assert found(agency, "invoice") == [paper["id"]]


def test_text_has_a_leaf_that_the_document_does_not_use(agency, document):
    row, text, words = kept_text(agency, document)
    assert text.leaf == row.leaf + 1
    assert words == LONG.decode()
    other = agency.ingest(agency.paper("银行对账单_2013年02月.txt"))[0]["id"]
    leaves = agency.sql("SELECT leaf FROM documents UNION SELECT leaf FROM texts")
    assert sorted(leaf for (leaf,) in leaves) == [0, 1, 2, 3]
    assert kept_text(agency, other)[1].leaf == 3


def test_paper_without_words_has_no_text_and_takes_one_leaf(agency):
    agency.ingest(
        agency.paper("银行对账单_2013年01月.png", b"\x89PNG\r\n\x1a\n" + b"x")
    )
    assert agency.sql("SELECT count(*) FROM texts") == [(0,)]
    assert agency.sql("SELECT next_leaf FROM folders WHERE next_leaf > 0") == [(1,)]


@pytest.mark.parametrize(
    "change", [("--period", "2014-01"), ("--level", "sensitive"), ("--client", "C002")]
)
def test_refiled_text_takes_a_new_leaf_and_the_old_ones_are_gone(
    agency, document, change
):
    agency.json("client", "add", "C002", "--name", "鹭洲五金")
    old_row, old_text, _words = kept_text(agency, document)
    agency.json("edit", document, *change, "--reason", "refiled")
    row, text, words = kept_text(agency, document)
    assert words == LONG.decode()
    assert (row.folder_id, text.leaf) != (old_row.folder_id, old_text.leaf)
    assert not is_derivable(agency, old_row, old_text.leaf)
    assert not is_derivable(agency, old_row, old_row.leaf)
    assert found(agency, WORD) == [document]
    assert agency.json("verify", "--read-data")["ok"] is True
    assert agency.run("get", document, "-o", "-").out == LONG.decode()


def test_new_title_leaves_text_and_leaves_alone(agency, document):
    before = kept_text(agency, document)[1]
    agency.json("edit", document, "--title", "对账单", "--reason", "plainer")
    assert kept_text(agency, document)[1] == before
    assert agency.json("verify")["ok"] is True


def test_destroyed_paper_takes_its_text_along(agency, document):
    row, text, _words = kept_text(agency, document)
    target = agency.root / "backup"
    target.mkdir()
    before = agency.json("backup", "run", str(target))["backup"]
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == 1
    assert agency.sql("SELECT count(*) FROM texts") == [(0,)]
    assert not is_derivable(agency, row, text.leaf)
    assert found(agency, WORD) == []
    restored = agency.root / "restored"
    argv = ("backup", "restore", str(target), "--to", str(restored))
    agency.json(*argv, "--snapshot", before)
    assert found(agency, WORD, vault=restored) == []
    vault = opened(agency)
    try:
        with pytest.raises(NotFound):
            open_text(vault.records, row, text)
    finally:
        vault.catalogue.close()


def test_restored_vault_finds_the_same_words(agency, document):
    target = agency.root / "backup"
    target.mkdir()
    agency.json("backup", "run", str(target))
    restored = agency.root / "restored"
    agency.json("backup", "restore", str(target), "--to", str(restored))
    assert found(agency, WORD, vault=restored) == [document]
    assert agency.json("verify", "--read-data", vault=restored)["ok"] is True


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM texts",
        "UPDATE texts SET leaf = leaf + 1",
        "UPDATE texts SET sealed = zeroblob(99)",
        "UPDATE texts SET row_version = 2",
    ],
)
def test_text_that_was_tampered_with_is_found_by_verify(agency, document, damage):
    agency.sql(damage)
    bad = agency.json("verify", code=9)["bad"]
    assert [one["id"] for one in bad] == [document]


@pytest.mark.usefixtures("document")
def test_doctor_counts_texts_and_names_those_of_no_document(agency):
    lines = agency.json("doctor", code=3)["checks"]
    texts = [one for one in lines if one["name"] == "texts"]
    assert [(one["state"], one["finding"][:11]) for one in texts] == [
        ("ok", "1 kept text")
    ]
    agency.sql("UPDATE documents SET state = 'destroyed'")
    lines = agency.json("doctor", code=3)["checks"]
    assert {one["state"] for one in lines if one["name"] == "texts"} == {"problem"}


def test_search_passes_over_papers_without_a_grant(agency, document):
    assert found(agency, WORD) == [document]
    agency.sql(
        "DELETE FROM grants WHERE kind = ? AND compartment_id = "
        "(SELECT compartment_id FROM documents)",
        int(GrantKind.META),
    )
    assert found(agency, WORD) == []
    assert [one["state"] for one in agency.json("list")["documents"]] == ["no grant"]
