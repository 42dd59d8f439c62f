import pytest

from ledgervault.errors import Conflict, IntegrityViolated, NotFound


def test_empty_log_has_no_head(catalogue):
    assert catalogue.log_size() == 0
    assert catalogue.last_checkpoint() is None
    assert list(catalogue.entries(0, 0)) == []


def test_entries_come_back_in_order(catalogue, make):
    with catalogue.transaction() as tx:
        tx.append_events([make.event(number) for number in range(2500)])
    assert catalogue.log_size() == 2500
    assert catalogue.entry(1234) == b"entry 1234"
    assert list(catalogue.entries(998, 1003)) == [
        f"entry {number}".encode() for number in range(998, 1003)
    ]
    assert len(list(catalogue.entries(0, 2500))) == 2500


@pytest.mark.parametrize("sequence", [-1, 3])
def test_entry_outside_the_log_is_not_found(catalogue, make, sequence):
    with catalogue.transaction() as tx:
        tx.append_events([make.event(number) for number in range(3)])
    with pytest.raises(NotFound):
        catalogue.entry(sequence)


def test_chosen_entries_come_back_by_sequence(catalogue, make):
    with catalogue.transaction() as tx:
        tx.append_events([make.event(number) for number in range(2500)])
    wanted = [2499, 3, 3, *range(0, 2500, 2)]
    found = catalogue.entries_at(wanted)
    assert found.keys() == set(wanted)
    assert found[2499] == b"entry 2499"
    assert catalogue.entries_at([]) == {}
    with pytest.raises(IntegrityViolated):
        catalogue.entries_at([1, 2500])


def test_events_continue_the_log_without_a_gap(catalogue, make):
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.append_events([make.event(1)])
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.append_events([make.event(0), make.event(0)])
    assert catalogue.log_size() == 0


def test_events_are_found_by_their_objects(catalogue, make):
    with catalogue.transaction() as tx:
        tx.append_events(
            [make.event(0, "a", "b"), make.event(1, "b", "b"), make.event(2)]
        )
    assert catalogue.sequences_of("a") == [0]
    assert catalogue.sequences_of("b") == [0, 1]
    assert catalogue.sequences_of("c") == []
    each = catalogue.sequences_of_each(["b", "c", "a"])
    assert each == {"a": [0], "b": [0, 1], "c": []}


def test_nodes_are_addressed_by_level_and_index(catalogue):
    with catalogue.transaction() as tx:
        tx.add_nodes([(0, 0, b"a" * 32), (0, 1, b"b" * 32), (1, 0, b"c" * 32)])
    assert catalogue.node(1, 0) == b"c" * 32
    with pytest.raises(IntegrityViolated):
        catalogue.node(1, 1)


def test_chosen_nodes_come_back_by_place(catalogue):
    nodes = {(0, index): index.to_bytes(32, "big") for index in range(1000)}
    nodes[1, 7] = b"c" * 32
    with catalogue.transaction() as tx:
        tx.add_nodes([(*place, value) for place, value in nodes.items()])
    assert catalogue.nodes_at(nodes) == nodes
    assert catalogue.nodes_at([(1, 7), (1, 7)]) == {(1, 7): b"c" * 32}
    with pytest.raises(IntegrityViolated):
        catalogue.nodes_at([(0, 1), (7, 1)])


def test_node_is_written_once(catalogue):
    with catalogue.transaction() as tx:
        tx.add_nodes([(0, 0, b"a" * 32)])
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.add_nodes([(0, 0, b"b" * 32)])


def test_checkpoint_is_replaced_by_its_cosigned_form(catalogue):
    with catalogue.transaction() as tx:
        tx.put_checkpoint(1, "one")
        tx.put_checkpoint(20, "twenty")
        tx.put_checkpoint(1, "one, cosigned")
    assert catalogue.checkpoints() == [(1, "one, cosigned"), (20, "twenty")]
    assert catalogue.last_checkpoint() == (20, "twenty")
