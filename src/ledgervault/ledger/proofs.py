"""Inclusion and consistency proofs (RFC 6962, 2.1.1 and 2.1.2; RFC 9162, 2.1.3-4)."""

from collections.abc import Sequence

from ledgervault.errors import IntegrityViolated, UsageInvalid
from ledgervault.ledger.tree import NodeAt, node_hash

HASH_BYTES = 32


def inclusion_proof(index: int, size: int, node: NodeAt) -> tuple[bytes, ...]:
    """Return the audit path of leaf `index` in the tree of `size` leaves."""
    if not 0 <= index < size:
        raise UsageInvalid("the leaf is not in a tree of this size")
    return tuple(_path(index, 0, size, node))


def consistency_proof(old: int, new: int, node: NodeAt) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` leaves extends that of `old`."""
    if not 0 < old <= new:
        raise UsageInvalid("a consistency proof needs 0 < old <= new")
    return tuple(_subproof(old, 0, new, node, is_whole=True))


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check an audit path (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((leaf, *proof)):
        raise _broken()
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _broken()
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last or found != root:
        raise _broken()


def verify_consistency(
    *,
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
) -> None:
    """Check that one tree head extends another (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= new_size or not _are_hashes(proof):
        raise _broken()
    if old_size == 0:
        # Everything extends an empty tree, so such a proof would say nothing.
        raise _broken()
    if old_size == new_size:
        if proof or old_root != new_root:
            raise _broken()
        return
    is_power = old_size & (old_size - 1) == 0
    path = (old_root, *proof) if is_power else tuple(proof)
    if not path:
        raise _broken()
    _walk(old_size - 1, new_size - 1, path, old_root, new_root)


def _walk(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    while old & 1:
        old, new = old >> 1, new >> 1
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if new == 0:
            raise _broken()
        if old & 1 or old == new:
            old_found = node_hash(sibling, old_found)
            new_found = node_hash(sibling, new_found)
            while not old & 1 and old:
                old, new = old >> 1, new >> 1
        else:
            new_found = node_hash(new_found, sibling)
        old, new = old >> 1, new >> 1
    if new or old_found != old_root or new_found != new_root:
        raise _broken()


def _path(index: int, start: int, end: int, node: NodeAt) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _root(middle, end, node)]
    return [*_path(index, middle, end, node), _root(start, middle, node)]


def _subproof(
    old: int, start: int, end: int, node: NodeAt, *, is_whole: bool
) -> list[bytes]:
    if old == end:
        return [] if is_whole else [_root(start, end, node)]
    middle = start + _split(end - start)
    if old <= middle:
        inner = _subproof(old, start, middle, node, is_whole=is_whole)
        return [*inner, _root(middle, end, node)]
    inner = _subproof(old, middle, end, node, is_whole=False)
    return [*inner, _root(start, middle, node)]


def _root(start: int, end: int, node: NodeAt) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(_root(start, middle, node), _root(middle, end, node))


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(hashes: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)


def _broken() -> IntegrityViolated:
    return IntegrityViolated("a proof does not hold", code="log.proof")
