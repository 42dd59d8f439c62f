"""A stored entry is believed only when a proof leads from it to the signed root."""

import pytest

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ledger.entries import Event, serialise_event
from ledgervault.ledger.tree import Frontier, leaf_hash
from ledgervault.ports.rows import EventRow
from ledgervault.storage.catalogue.opening import create_catalogue
from ledgervault.vault.attested import (
    attested_event,
    attested_events,
    attested_events_of,
)

SIZES = [*range(1, 20), 31, 32, 33, 100]


def entry(sequence, *, act="document.read", objects=("a",)):
    event = Event(sequence, 1, b"who", act, objects, facts={"number": sequence})
    return serialise_event(event)


def write(catalogue, size):
    frontier, rows, nodes = Frontier(), [], []
    for sequence in range(size):
        objects = ("even" if sequence % 2 == 0 else "odd",)
        raw = entry(sequence, objects=objects)
        rows.append(EventRow(sequence, "document.read", raw, objects))
        nodes += frontier.append(leaf_hash(raw))
    with catalogue.transaction() as tx:
        tx.append_events(rows)
        tx.add_nodes(nodes)
    return Checkpoint("log", size, frontier.root())


@pytest.fixture
def catalogue(tmp_path):
    made = create_catalogue(tmp_path / "catalogue.sqlite")
    yield made
    made.close()


@pytest.fixture
def edit(catalogue):
    def run(statement, *values):
        catalogue._link.command(statement, *values)

    return run


@pytest.mark.parametrize("size", SIZES)
def test_every_entry_of_a_log_is_attested(catalogue, size):
    head = write(catalogue, size)
    for sequence in range(size):
        assert attested_event(catalogue, head, sequence).facts == {"number": sequence}
    events = attested_events(catalogue, head, range(size))
    assert [event.sequence for event in events] == list(range(size))


def test_events_of_an_object_come_oldest_first_over_many_pages(catalogue):
    head = write(catalogue, 301)
    odd = attested_events_of(catalogue, head, "odd")
    assert [event.sequence for event in odd] == list(range(1, 301, 2))
    assert attested_events_of(catalogue, head, "nothing") == []


@pytest.mark.parametrize("size", SIZES)
def test_no_edited_entry_is_believed(catalogue, edit, size):
    head = write(catalogue, size)
    for sequence in range(size):
        raw = entry(sequence, act="document.redated")
        edit("UPDATE events SET entry = ? WHERE sequence = ?", raw, sequence)
        with pytest.raises(IntegrityViolated):
            attested_event(catalogue, head, sequence)


@pytest.mark.parametrize("size", SIZES)
def test_edited_entry_is_refused_though_every_node_above_it_was_made_anew(
    catalogue, edit, size
):
    head = write(catalogue, size)
    frontier, nodes = Frontier(), []
    for sequence in range(size):
        raw = entry(sequence, act="document.redated", objects=("forged",))
        edit("UPDATE events SET entry = ? WHERE sequence = ?", raw, sequence)
        nodes += frontier.append(leaf_hash(raw))
    for level, index, value in nodes:
        edit(
            "UPDATE nodes SET hash = ? WHERE level = ? AND idx = ?", value, level, index
        )
    for sequence in range(size):
        with pytest.raises(IntegrityViolated):
            attested_event(catalogue, head, sequence)


def test_no_edited_node_is_believed(catalogue, edit):
    head = write(catalogue, 13)
    attested_event(catalogue, head, 5)
    for level, index in ((0, 4), (1, 3), (2, 0), (2, 2), (0, 12)):
        edit(
            "UPDATE nodes SET hash = zeroblob(32) WHERE level = ? AND idx = ?",
            level,
            index,
        )
        with pytest.raises(IntegrityViolated):
            attested_events(catalogue, head, [5, 12])


def test_entries_in_each_others_place_are_refused(catalogue, edit):
    head = write(catalogue, 8)
    edit("UPDATE events SET entry = ? WHERE sequence = 3", entry(5, objects=("odd",)))
    with pytest.raises(IntegrityViolated):
        attested_event(catalogue, head, 3)


def test_index_that_names_a_foreign_event_is_refused(catalogue, edit):
    head = write(catalogue, 8)
    edit("INSERT INTO event_objects VALUES ('odd', 4)")
    with pytest.raises(IntegrityViolated):
        attested_events_of(catalogue, head, "odd")


@pytest.mark.parametrize("sequence", [8, 9, 1 << 40])
def test_entry_after_the_head_is_refused(catalogue, sequence):
    head = write(catalogue, 8)
    with pytest.raises(IntegrityViolated):
        attested_event(catalogue, head, sequence)


def test_shorter_head_attests_what_it_covers_and_no_more(catalogue):
    write(catalogue, 13)
    frontier = Frontier()
    for sequence in range(6):
        objects = ("even" if sequence % 2 == 0 else "odd",)
        frontier.append(leaf_hash(entry(sequence, objects=objects)))
    head = Checkpoint("log", 6, frontier.root())
    assert attested_event(catalogue, head, 5).sequence == 5
    with pytest.raises(IntegrityViolated):
        attested_event(catalogue, head, 6)
