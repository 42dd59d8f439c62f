import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.errors import LedgerVaultError
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ledgervault.ledger.tree import Frontier, leaf_hash, root_of

RFC6962_LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC6962_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
SIZES = st.integers(1, 200)


def naive_root(leaves):
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(
        b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])
    ).digest()


def grown(size):
    leaves = [leaf_hash(str(index).encode()) for index in range(size)]
    frontier, nodes = Frontier(), {}
    for leaf in leaves:
        for level, index, value in frontier.append(leaf):
            nodes[level, index] = value
    return leaves, frontier, lambda level, index: nodes[level, index]


def test_reference_root_of_the_eight_leaves():
    size, root = root_of(leaf_hash(one) for one in RFC6962_LEAVES)
    assert (size, root.hex()) == (8, RFC6962_ROOT)


@settings(deadline=None, max_examples=60)
@given(SIZES)
def test_root_equals_the_recursive_definition_and_survives_a_reload(size):
    leaves, frontier, node = grown(size)
    assert frontier.root() == naive_root(leaves)
    assert Frontier.load(size, node).root() == frontier.root()


@settings(deadline=None, max_examples=80)
@given(SIZES, st.data())
def test_every_inclusion_proof_holds_and_no_other_leaf_passes(size, data):
    leaves, frontier, node = grown(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    place = {"index": index, "size": size, "proof": proof, "root": frontier.root()}
    verify_inclusion(leaves[index], **place)
    with pytest.raises(LedgerVaultError):
        verify_inclusion(leaf_hash(b"other"), **place)


@settings(deadline=None, max_examples=80)
@given(SIZES, st.data())
def test_every_consistency_proof_holds_and_no_other_past_passes(size, data):
    leaves, frontier, node = grown(size)
    old = data.draw(st.integers(1, size))
    place = {
        "old_size": old,
        "new_size": size,
        "new_root": frontier.root(),
        "proof": consistency_proof(old, size, node),
    }
    verify_consistency(old_root=naive_root(leaves[:old]), **place)
    with pytest.raises(LedgerVaultError):
        verify_consistency(old_root=leaf_hash(b"other"), **place)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(JSON)
def test_canonical_bytes_come_back_and_no_other_spelling_does(value):
    raw = canonical_json(value)
    assert parse_canonical(raw) == value
    with pytest.raises(LedgerVaultError):
        parse_canonical(b" " + raw)
