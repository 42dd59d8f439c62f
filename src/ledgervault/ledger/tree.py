"""The Merkle tree of RFC 6962, grown one leaf at a time."""

import hashlib
from collections.abc import Callable, Iterable

EMPTY_ROOT = hashlib.sha256().digest()
LEAF_PREFIX = b"\0"
NODE_PREFIX = b"\1"

NodeAt = Callable[[int, int], bytes]  # level, index -> hash of a perfect subtree

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf (RFC 6962, 2.1)."""
    return _sha256(LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children as their parent (RFC 6962, 2.1)."""
    return _sha256(NODE_PREFIX + left + right).digest()


class Frontier:
    """The right edge of a tree: what appending and the root need, no more."""

    __slots__ = ("_edge", "size")

    def __init__(self, size: int = 0, edge: list[bytes | None] | None = None) -> None:
        self.size = size
        self._edge = edge or []

    @classmethod
    def load(cls, size: int, node: NodeAt) -> "Frontier":
        """Rebuild the edge of a stored tree from its perfect subtrees."""
        edge: list[bytes | None] = []
        for level in range(size.bit_length()):
            is_perfect = size >> level & 1
            edge.append(node(level, (size >> level) - 1) if is_perfect else None)
        return cls(size, edge)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; return every node it completes, the leaf first."""
        index = self.size
        completed = [(0, index, leaf)]
        edge, level, carried = self._edge, 0, leaf
        while index & 1:
            left = edge[level]
            carried = _sha256(NODE_PREFIX + left + carried).digest()  # type: ignore[operator]
            edge[level] = None
            level += 1
            index >>= 1
            completed.append((level, index, carried))
        if level == len(edge):
            edge.append(carried)
        else:
            edge[level] = carried
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the tree head for the current size."""
        right: bytes | None = None
        for node in self._edge:
            if node is not None:
                right = node if right is None else node_hash(node, right)
        return EMPTY_ROOT if right is None else right


def root_of(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Return size and root of a tree over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.size, frontier.root()
