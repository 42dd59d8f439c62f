import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.crypto.ggm import (
    DEPTH,
    LEAVES,
    FolderKeys,
    LeafDeriver,
    derive_shred_key,
)
from ledgervault.crypto.keys import Anchor, RingKey
from ledgervault.crypto.pages import open_page, seal_page
from ledgervault.errors import IntegrityViolated, NotFound

FOLDER, VAULT, CLIENT = b"folder-1", b"v" * 16, b"c" * 16
LEAF = st.integers(0, LEAVES - 1)
SOME = st.lists(LEAF, min_size=1, max_size=12, unique=True)


def ranges(keys):
    widths = [
        (node.prefix << (DEPTH - node.depth), 1 << (DEPTH - node.depth))
        for node in keys.nodes
    ]
    return sorted(widths)


@settings(deadline=None, max_examples=60)
@given(SOME, SOME)
def test_punctured_leaves_are_gone_and_all_others_unchanged(gone, kept):
    whole = FolderKeys.fresh(FOLDER)
    left = whole.puncture(gone)
    for leaf in gone:
        assert not left.is_derivable(leaf)
        with pytest.raises(NotFound):
            derive_shred_key(left, VAULT, leaf)
    for leaf in set(kept) - set(gone):
        assert derive_shred_key(left, VAULT, leaf) == derive_shred_key(
            whole, VAULT, leaf
        )


@settings(deadline=None, max_examples=40)
@given(SOME)
def test_no_seed_on_the_way_to_a_punctured_leaf_is_left(gone):
    whole = FolderKeys.fresh(FOLDER)
    left = {node.seed for node in whole.puncture(gone).nodes}
    for leaf in gone:
        (node,) = whole.nodes
        while True:
            assert node.seed not in left
            if node.depth == DEPTH:
                break
            node = next(half for half in node.children() if half.covers(leaf))


@settings(deadline=None, max_examples=30)
@given(SOME, st.lists(LEAF, min_size=2, max_size=40))
def test_a_deriver_gives_what_each_leaf_gives_alone(gone, asked):
    left = FolderKeys.fresh(FOLDER).puncture(gone)
    deriver = LeafDeriver(left, VAULT)
    for leaf in [*asked, *gone, *asked]:
        if left.is_derivable(leaf):
            assert deriver.derive(leaf) == derive_shred_key(left, VAULT, leaf)
        else:
            with pytest.raises(NotFound):
                deriver.derive(leaf)


@settings(deadline=None, max_examples=60)
@given(SOME)
def test_cover_is_canonical_without_overlap_and_of_exact_size(gone):
    left = FolderKeys.fresh(FOLDER).puncture(gone)
    end = 0
    for start, width in ranges(left):
        assert start >= end
        end = start + width
    assert sum(width for _start, width in ranges(left)) == LEAVES - len(gone)
    order = [(node.depth, node.prefix) for node in left.nodes]
    assert order == sorted(order)


@settings(deadline=None, max_examples=40)
@given(SOME, st.randoms(use_true_random=False))
def test_order_of_punctures_does_not_matter(gone, chance):
    whole = FolderKeys.fresh(FOLDER)
    shuffled = list(gone)
    chance.shuffle(shuffled)
    assert whole.puncture(gone) == whole.puncture(shuffled).puncture(gone)


@settings(deadline=None, max_examples=40)
@given(SOME, SOME)
def test_restricting_keeps_exactly_the_held_leaves(held, others):
    whole = FolderKeys.fresh(FOLDER)
    cover = whole.restrict(held)
    assert sum(width for _start, width in ranges(cover)) == len(held)
    for leaf in held:
        assert derive_shred_key(cover, VAULT, leaf) == derive_shred_key(
            whole, VAULT, leaf
        )
    assert not any(cover.is_derivable(leaf) for leaf in set(others) - set(held))


@settings(deadline=None, max_examples=25)
@given(st.lists(SOME, max_size=4), st.integers(1, 2**32 - 1))
def test_page_comes_back_as_it_was(punctures, epoch):
    anchor, ring = Anchor.generate(), RingKey.generate()
    folders = [
        FolderKeys.fresh(index.to_bytes(8, "big")).puncture(gone)
        for index, gone in enumerate(punctures)
    ]
    place = {
        "anchor": anchor,
        "ring_key": ring,
        "vault": VAULT,
        "client": CLIENT,
        "epoch": epoch,
    }
    assert list(open_page(seal_page(folders, **place), **place)) == folders


@settings(deadline=None, max_examples=60)
@given(SOME, st.data())
def test_any_changed_byte_or_cut_of_a_page_is_refused(gone, data):
    place = {
        "anchor": Anchor(b"a" * 32),
        "ring_key": RingKey(b"r" * 32),
        "vault": VAULT,
        "client": CLIENT,
        "epoch": 1,
    }
    page = seal_page([FolderKeys.fresh(FOLDER).puncture(gone)], **place)
    at = data.draw(st.integers(0, len(page) - 1))
    change = data.draw(st.integers(1, 255))
    changed = page[:at] + bytes([page[at] ^ change]) + page[at + 1 :]
    for bad in (changed, page[:at], page + b"x"):
        with pytest.raises(IntegrityViolated):
            open_page(bad, **place)
