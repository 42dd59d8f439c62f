"""The log in tlog-tiles layout (C2SP tlog-tiles): static files a mirror can serve."""

from collections.abc import Iterable, Iterator

from ledgervault.ledger.tree import NodeAt

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Name a tile of hashes."""
    return f"tile/{level}/{_numbered(index, width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Name a bundle of entries."""
    return f"tile/entries/{_numbered(index, width)}"


def entry_bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries behind their lengths in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def iter_tiles(size: int, node: NodeAt) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every tile of a tree."""
    level, count = 0, size
    while count:
        for start in range(0, count, TILE_WIDTH):
            width = min(TILE_WIDTH, count - start)
            hashes = (
                node(level * TILE_HEIGHT, start + offset) for offset in range(width)
            )
            yield tile_path(level, start // TILE_WIDTH, width), b"".join(hashes)
        level += 1
        count >>= TILE_HEIGHT


def iter_bundles(entries: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every bundle of entries."""
    waiting: list[bytes] = []
    index = 0
    for entry in entries:
        waiting.append(entry)
        if len(waiting) == TILE_WIDTH:
            yield bundle_path(index), entry_bundle(waiting)
            waiting, index = [], index + 1
    if waiting:
        yield bundle_path(index, len(waiting)), entry_bundle(waiting)


def _numbered(index: int, width: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:  # noqa: PLR2004 - three digits a path element
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
