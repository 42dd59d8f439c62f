"""The puncturable key tree of a folder (Goldreich, Goldwasser, Micali 1984).

A folder's seed is the root of a binary tree of depth 16; each document has a
leaf. Puncturing a leaf replaces the nodes above it by their other children, so
that its key can never be derived again while all others stay what they were.
"""

import dataclasses
import hmac
from collections.abc import Iterable
from typing import Self

from ledgervault.crypto import labels
from ledgervault.crypto.keys import FolderSeed, ShredKey
from ledgervault.errors import IntegrityViolated, NotFound, UsageInvalid

DEPTH = 16
LEAVES = 1 << DEPTH
LEAF_SEEDS = DEPTH + 1  # nodes from the root to a leaf, both counted
NODE_BYTES = 32
FOLDER_BYTES = 8
STATE_ACTIVE = 1
STATE_HELD = 2
STATE_PENDING = 3
STATES = frozenset({STATE_ACTIVE, STATE_HELD, STATE_PENDING})


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Node:
    """A subtree that can still be derived: its depth, its path, its seed."""

    depth: int
    prefix: int
    seed: bytes = dataclasses.field(repr=False)

    def covers(self, leaf: int) -> bool:
        """Say whether a leaf lies in this subtree."""
        return leaf >> (DEPTH - self.depth) == self.prefix

    def children(self) -> tuple["Node", "Node"]:
        """Return both halves of this subtree."""
        both = hmac.digest(self.seed, labels.GGM, "sha512")
        depth, prefix = self.depth + 1, self.prefix << 1
        return (
            Node(depth, prefix, both[:NODE_BYTES]),
            Node(depth, prefix | 1, both[NODE_BYTES:]),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class FolderKeys:
    """What is left of a folder's tree: sorted nodes that do not overlap."""

    folder: bytes
    state: int
    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        """Refuse any form but the canonical one."""
        if len(self.folder) != FOLDER_BYTES or self.state not in STATES:
            raise _not_canonical()
        if list(self.nodes) != sorted(self.nodes, key=_order):
            raise _not_canonical()
        _verify_disjoint(self.nodes)

    @classmethod
    def fresh(cls, folder: bytes) -> Self:
        """Return a whole new tree."""
        root = Node(0, 0, FolderSeed.generate().raw)
        return cls(folder, STATE_ACTIVE, (root,))

    def puncture(self, leaves: Iterable[int]) -> Self:
        """Return the keys without `leaves`; leaves that are gone stay gone."""
        nodes = list(self.nodes)
        for leaf in leaves:
            _verify_leaf(leaf)
            nodes = [part for node in nodes for part in _around(node, leaf)]
        return dataclasses.replace(self, nodes=tuple(sorted(nodes, key=_order)))

    def restrict(self, leaves: Iterable[int]) -> Self:
        """Return the keys of exactly `leaves`, as far as they can be derived."""
        wanted = sorted(set(leaves))
        for leaf in wanted:
            _verify_leaf(leaf)
        nodes = [part for node in self.nodes for part in _within(node, wanted)]
        return dataclasses.replace(self, nodes=tuple(sorted(nodes, key=_order)))

    def is_derivable(self, leaf: int) -> bool:
        """Say whether a leaf's key can still be derived."""
        return any(node.covers(leaf) for node in self.nodes)


class LeafDeriver:
    """Derives shred keys of one folder; neighbouring leaves share their path."""

    def __init__(self, keys: FolderKeys, vault: bytes) -> None:
        self._keys = keys
        self._context = labels.GGM_LEAF + vault + keys.folder
        self._seeds: list[bytes] = []  # from a node of the folder down to a leaf
        self._top = 0  # the depth of the first of them
        self._last: tuple[int, ShredKey] | None = None

    def derive(self, leaf: int) -> ShredKey:
        """Return a leaf's key; NotFound `destroyed` when it was punctured."""
        if self._last is not None and leaf == self._last[0]:
            return self._last[1]
        _verify_leaf(leaf)
        self._keep_shared(leaf)
        seeds = self._seeds
        for depth in range(self._top + len(seeds), LEAF_SEEDS):
            both = hmac.digest(seeds[-1], labels.GGM, "sha512")
            is_right = leaf >> (DEPTH - depth) & 1
            seeds.append(both[NODE_BYTES:] if is_right else both[:NODE_BYTES])
        message = self._context + leaf.to_bytes(4, "big")
        key = ShredKey(hmac.digest(seeds[-1], message, "sha256"))
        self._last = (leaf, key)
        return key

    def _keep_shared(self, leaf: int) -> None:
        if self._last is not None:
            # Both paths run together down to the first bit that differs.
            shared = DEPTH - (leaf ^ self._last[0]).bit_length()
            del self._seeds[max(0, shared + 1 - self._top) :]
        if not self._seeds:
            root = self._root(leaf)
            self._last = None
            self._seeds, self._top = [root.seed], root.depth

    def _root(self, leaf: int) -> Node:
        for node in self._keys.nodes:
            if node.covers(leaf):
                return node
        raise NotFound(
            "this was destroyed: the ring no longer holds its key",
            hint="`vault disposal list` names the certificate",
            code="destroyed",
        )


def derive_shred_key(keys: FolderKeys, vault: bytes, leaf: int) -> ShredKey:
    """Derive one leaf's key; NotFound `destroyed` when it was punctured."""
    return LeafDeriver(keys, vault).derive(leaf)


def _around(node: Node, leaf: int) -> list[Node]:
    if not node.covers(leaf):
        return [node]
    kept = []
    while node.depth < DEPTH:
        left, right = node.children()
        node, other = (right, left) if right.covers(leaf) else (left, right)
        kept.append(other)
    return kept


def _within(node: Node, wanted: list[int]) -> list[Node]:
    inside = [leaf for leaf in wanted if node.covers(leaf)]
    if not inside:
        return []
    if len(inside) == 1 << (DEPTH - node.depth):
        return [node]
    return [part for child in node.children() for part in _within(child, inside)]


def _order(node: Node) -> tuple[int, int]:
    return node.depth, node.prefix


def _verify_leaf(leaf: int) -> None:
    if not 0 <= leaf < LEAVES:
        raise UsageInvalid(f"a folder has leaves 0 to {LEAVES - 1}")


def _verify_disjoint(nodes: tuple[Node, ...]) -> None:
    end = 0
    ranges = []
    for node in nodes:
        if not 0 <= node.depth <= DEPTH or not 0 <= node.prefix < 1 << node.depth:
            raise _not_canonical()
        if len(node.seed) != NODE_BYTES:
            raise _not_canonical()
        width = 1 << (DEPTH - node.depth)
        ranges.append((node.prefix * width, width))
    for start, width in sorted(ranges):
        if start < end:
            raise _not_canonical()
        end = start + width


def _not_canonical() -> IntegrityViolated:
    return IntegrityViolated(
        "the keys of a folder are not in canonical form", code="ring.canonical"
    )
