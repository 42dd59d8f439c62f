import dataclasses
from datetime import date

import pytest

from ledgervault.errors import Conflict, NotFound
from ledgervault.ports.rows import DocumentFilter, InvoiceRow, PackUse


def test_rows_come_back_as_they_were_written(filled, make):
    assert filled.client(make.client.id) == make.client
    assert filled.folder(make.folder.id) == make.folder
    assert filled.document(make.document(3).id) == make.document(3)
    assert filled.versions(make.document(3).id) == [make.version(3)]


def test_folder_is_found_by_token_code_and_client(filled, make):
    assert filled.find_folder(make.folder.token) == make.folder
    assert filled.find_folder(b"other") is None
    assert filled.find_folders("F-7K") == [make.folder]
    assert filled.find_folders("F-8") == []
    assert filled.folders(make.client.id) == [make.folder]
    assert filled.folders(None) == [make.folder]
    assert filled.folders(make.digest("nobody")) == []


@pytest.mark.parametrize(
    ("on", "count"), [(date(2056, 12, 30), 0), (date(2056, 12, 31), 1)]
)
def test_folder_is_due_from_its_day_on(filled, on, count):
    assert len(filled.folders_due(on)) == count


def test_destroyed_folder_is_no_longer_due(filled, make):
    gone = dataclasses.replace(make.folder, state="destroyed", row_version=2)
    with filled.transaction() as tx:
        tx.update_folders([gone])
    assert filled.folders_due(date(2090, 1, 1)) == []
    assert filled.folder(gone.id) == gone


def test_invoices_are_known_by_token_until_their_document_is_destroyed(filled, make):
    same, other = make.digest("invoice", 32), make.digest("other", 32)
    ids = [make.document(number).id for number in (1, 2, 3)]
    with filled.transaction() as tx:
        tx.add_invoices(
            InvoiceRow(ids[at], same if at < 2 else other) for at in range(3)
        )
    assert filled.invoice_tokens() == {same: min(ids[:2]), other: ids[2]}
    with filled.transaction() as tx:
        tx.remove_versions([ids[2]])
    assert filled.invoice_tokens() == {same: min(ids[:2])}


def test_documents_are_paged_by_ordinal(filled):
    pages = []
    after = 0
    while page := filled.documents(DocumentFilter(), after=after, limit=2):
        pages.append([row.ordinal for row in page])
        after = page[-1].ordinal
    assert pages == [[1, 2], [3, 4], [5]]


def test_document_filter_combines_its_columns(filled, make):
    with filled.transaction() as tx:
        tx.add_documents([make.document(6, series="payroll")])
        tx.update_document(make.document(2, state="destroyed", row_version=2))
    wanted = DocumentFilter(
        client_id=make.client.id,
        series="vouchers",
        folder_id=make.folder.id,
        state="active",
    )
    found = filled.documents(wanted, after=0, limit=10)
    assert [row.ordinal for row in found] == [1, 3, 4, 5]
    assert filled.count_documents(wanted) == 4
    assert filled.count_documents(DocumentFilter()) == 6


def test_code_prefix_finds_at_most_ten_documents(filled, make):
    with filled.transaction() as tx:
        tx.add_documents([make.document(number) for number in range(6, 30)])
    assert len(filled.find_documents("D-0")) == 10
    assert [row.ordinal for row in filled.find_documents("D-00000017")] == [17]
    assert filled.find_documents("D-9") == []


def test_unknown_ids_are_not_found(catalogue, make):
    for get in (
        catalogue.client,
        catalogue.compartment,
        catalogue.document,
        catalogue.folder,
    ):
        with pytest.raises(NotFound):
            get(make.digest("nobody"))


def test_second_row_with_the_same_key_is_a_conflict(filled, make):
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.add_documents([make.document(7, code="D-00000001")])
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.add_documents([make.document(1, code="D-ZZZZZZZZ", ordinal=99)])
    assert filled.count_documents(DocumentFilter()) == 5


def test_document_of_an_unknown_folder_is_refused_at_commit(filled, make):
    stray = make.document(7, folder_id=make.digest("no folder", 8))
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.add_documents([stray])
    assert filled.count_documents(DocumentFilter()) == 5


def test_rows_of_one_act_may_come_in_any_order(catalogue, make):
    with catalogue.transaction() as tx:
        tx.add_versions([make.version(1)])
        tx.add_documents([make.document(1)])
        tx.add_folders([make.folder])
        tx.add_client(make.client)
    assert catalogue.versions(make.document(1).id) == [make.version(1)]


@pytest.mark.parametrize("row_version", [1, 3])
def test_update_must_be_one_version_on(filled, make, row_version):
    stale = make.document(1, state="destroyed", row_version=row_version)
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.update_document(stale)
    assert filled.document(stale.id) == make.document(1)


def test_one_stale_folder_rolls_all_updates_back(filled, make):
    other = dataclasses.replace(
        make.folder, id=make.digest("other", 8), code="F-0", token=b"t" * 32
    )
    with filled.transaction() as tx:
        tx.add_folders([other])
    fresh = dataclasses.replace(make.folder, next_leaf=9, row_version=2)
    stale = dataclasses.replace(other, next_leaf=9, row_version=3)
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.update_folders([fresh, stale])
    assert filled.folder(make.folder.id).next_leaf == 0


def test_versions_move_to_another_pack(filled, make):
    moved = make.version(2, pack="1" * 32, offset=0)
    with filled.transaction() as tx:
        tx.update_versions([moved])
    assert filled.versions_in_pack("1" * 32) == [moved]
    assert filled.pack_uses() == [
        PackUse("0" * 32, 400, 4),
        PackUse("1" * 32, 100, 1),
    ]


def test_unknown_version_cannot_move(filled, make):
    with pytest.raises(Conflict), filled.transaction() as tx:
        tx.update_versions([make.version(99)])


def test_versions_in_a_pack_come_by_offset(filled):
    offsets = [row.offset for row in filled.versions_in_pack("0" * 32)]
    assert offsets == [100, 200, 300, 400, 500]


def test_removed_versions_are_gone_and_their_tokens_too(filled, make):
    with filled.transaction() as tx:
        tx.remove_versions([make.document(1).id, make.document(2).id])
    assert filled.versions(make.document(1).id) == []
    assert filled.find_duplicate(make.version(1).dedup) is None
    assert len(list(filled.all_versions())) == 3


def test_all_versions_come_once_each_across_pages(filled, make):
    with filled.transaction() as tx:
        tx.add_documents([make.document(number) for number in range(10, 4500)])
        tx.add_versions([make.version(number) for number in range(10, 4500)])
    keys = [(row.document_id, row.version) for row in filled.all_versions()]
    assert len(keys) == 4495
    assert keys == sorted(set(keys))


def test_duplicates_are_found_by_token(filled, make):
    twin = make.version(6, dedup=make.version(1).dedup)
    with filled.transaction() as tx:
        tx.add_documents([make.document(6)])
        tx.add_versions([twin])
    first = min(twin.document_id, make.document(1).id)
    assert filled.find_duplicate(twin.dedup) == first
    tokens = filled.dedup_tokens()
    assert tokens[twin.dedup] == first
    assert len(tokens) == 5


def test_nothing_to_add_is_nothing_to_do(catalogue):
    with catalogue.transaction() as tx:
        tx.add_documents([])
        tx.update_folders([])
        tx.remove_versions([])
        tx.append_events([])
    assert catalogue.count_documents(DocumentFilter()) == 0
