import pytest

from ledgervault.crypto.ggm import (
    LEAVES,
    STATE_HELD,
    FolderKeys,
    LeafDeriver,
    Node,
    derive_shred_key,
)
from ledgervault.errors import NotFound, UsageInvalid

FOLDER, VAULT = b"folder01", b"v" * 16
WHOLE = FolderKeys(FOLDER, 1, (Node(0, 0, b"s" * 32),))


def test_a_punctured_leaf_is_gone_and_its_neighbours_stay():
    left = WHOLE.puncture([5])
    assert [left.is_derivable(leaf) for leaf in (4, 5, 6)] == [True, False, True]
    with pytest.raises(NotFound) as refused:
        derive_shred_key(left, VAULT, 5)
    assert refused.value.code == "destroyed"
    for leaf in (0, 4, 6, LEAVES - 1):
        assert derive_shred_key(left, VAULT, leaf) == derive_shred_key(
            WHOLE, VAULT, leaf
        )
    assert left.puncture([5]) == left


def test_one_puncture_leaves_one_node_a_level():
    left = WHOLE.puncture([0])
    assert [node.depth for node in left.nodes] == list(range(1, 17))


def test_restricting_to_a_whole_subtree_gives_one_node():
    assert WHOLE.restrict(range(8, 16)).nodes[0].depth == 13
    assert len(WHOLE.restrict(range(8, 16)).nodes) == 1
    assert WHOLE.restrict(range(LEAVES)) == WHOLE
    assert WHOLE.restrict([]).nodes == ()
    assert WHOLE.puncture([9]).restrict([9, 10]) == WHOLE.restrict([10])


def test_puncturing_keeps_folder_and_state():
    held = FolderKeys(FOLDER, STATE_HELD, WHOLE.nodes).puncture([1]).restrict([2])
    assert (held.folder, held.state) == (FOLDER, STATE_HELD)


@pytest.mark.parametrize("leaf", [-1, LEAVES, 1 << 40])
def test_a_leaf_outside_the_tree_has_no_key(leaf):
    for act in (
        lambda: derive_shred_key(WHOLE, VAULT, leaf),
        lambda: WHOLE.puncture([leaf]),
        lambda: WHOLE.restrict([leaf]),
    ):
        with pytest.raises(UsageInvalid):
            act()


def test_a_deriver_gives_the_same_keys_in_any_order():
    left = WHOLE.puncture([3, 700])
    deriver = LeafDeriver(left, VAULT)
    for leaf in (0, 0, 1, 2, 65_535, 4, 699, 701, 1):
        assert deriver.derive(leaf) == derive_shred_key(left, VAULT, leaf)
    for gone in (3, 700, 3):
        with pytest.raises(NotFound):
            deriver.derive(gone)
    assert deriver.derive(2) == derive_shred_key(WHOLE, VAULT, 2)


def test_keys_differ_by_vault_folder_and_leaf():
    other = FolderKeys(b"folder02", 1, WHOLE.nodes)
    found = {
        derive_shred_key(WHOLE, VAULT, 1),
        derive_shred_key(WHOLE, VAULT, 2),
        derive_shred_key(WHOLE, b"w" * 16, 1),
        derive_shred_key(other, VAULT, 1),
    }
    assert len(found) == 4


def test_a_node_does_not_print_its_seed():
    assert "ssss" not in repr(WHOLE)
