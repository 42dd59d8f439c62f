import dataclasses

import pytest

from ledgervault.errors import Conflict


@pytest.fixture
def worded(filled, make):
    with filled.transaction() as tx:
        tx.add_texts([make.text(number) for number in (1, 2, 3)])
    return filled


def test_text_is_found_by_its_document(worded, make):
    assert worded.find_text(make.document(2).id) == make.text(2)
    assert worded.find_text(make.document(4).id) is None


def test_texts_of_many_documents_come_in_one_answer(worded, make):
    wanted = [make.document(number).id for number in (1, 3, 4)]
    found = {text.document_id: text for text in worded.texts_of(wanted)}
    assert found == {wanted[0]: make.text(1), wanted[1]: make.text(3)}
    assert worded.texts_of([]) == []


def test_more_texts_are_asked_for_than_one_statement_takes(worded, make):
    many = [make.digest(f"nobody {number}") for number in range(1200)]
    assert worded.texts_of([*many, make.document(1).id]) == [make.text(1)]


def test_text_is_replaced_one_version_on(worded, make):
    fresh = make.text(1, leaf=9, sealed=b"other", row_version=2)
    with worded.transaction() as tx:
        tx.update_text(fresh)
    assert worded.find_text(fresh.document_id) == fresh
    with pytest.raises(Conflict), worded.transaction() as tx:
        tx.update_text(dataclasses.replace(fresh, row_version=4))


def test_document_has_one_text(worded, make):
    with pytest.raises(Conflict), worded.transaction() as tx:
        tx.add_texts([make.text(1, leaf=9)])


def test_removed_texts_are_gone_and_others_stay(worded, make):
    with worded.transaction() as tx:
        tx.remove_texts([make.document(1).id, make.document(4).id])
        tx.remove_texts([])
    assert worded.text_counts() == (2, 0)
    assert worded.find_text(make.document(1).id) is None


def test_texts_of_documents_that_are_gone_are_counted_apart(worded, make):
    with worded.transaction() as tx:
        tx.update_document(make.document(2, state="destroyed", row_version=2))
    assert worded.text_counts() == (3, 1)
