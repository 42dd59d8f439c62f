"""Remove ciphertext that nothing refers to: whole packs, or rewritten ones."""

import dataclasses
from collections.abc import Sequence

from ledgervault.ids import DocumentId
from ledgervault.ports.rows import VersionRow
from ledgervault.ports.stores import Extent
from ledgervault.vault.opened import Vault

DEAD_SHARE = 4  # packs more than a quarter dead are rewritten


def compact_packs(vault: Vault, documents: Sequence[DocumentId]) -> dict[str, int]:
    """Forget the versions of destroyed documents and the packs they lay in.

    Returns how many packs were removed and rewritten; repeatable after a crash.
    """
    dead = set(documents)
    touched = sorted(
        {v.pack for document in documents for v in vault.catalogue.versions(document)}
    )
    sizes = vault.stores.packs.packs()
    removed = rewritten = 0
    for pack in touched:
        if pack not in sizes:
            continue
        versions = vault.catalogue.versions_in_pack(pack)
        live = [version for version in versions if version.document_id not in dead]
        live_bytes = sum(version.length for version in live)
        if live and (sizes[pack] - live_bytes) * DEAD_SHARE <= sizes[pack]:
            continue
        if live:
            _rewrite(vault, live)
            rewritten += 1
        vault.stores.packs.remove([pack])
        removed += not live
    # Rows last: while they stand, an interrupted run finds its packs again.
    with vault.catalogue.transaction() as tx:
        tx.remove_versions(documents)
    return {"removed": removed, "rewritten": rewritten}


def orphan_packs(vault: Vault) -> dict[str, int]:
    """Return finished packs no row refers to, with their sizes."""
    used = {use.pack for use in vault.catalogue.pack_uses()}
    sizes = vault.stores.packs.packs()
    return {pack: size for pack, size in sizes.items() if pack not in used}


def _rewrite(vault: Vault, versions: Sequence[VersionRow]) -> None:
    writer = vault.stores.packs.create()
    moved: list[VersionRow] = []
    try:
        for version in versions:
            extent = Extent(version.pack, version.offset, version.length)
            fresh = writer.append(vault.stores.packs.chunks(extent))
            moved.append(
                dataclasses.replace(version, pack=fresh.pack, offset=fresh.offset)
            )
        writer.close()
    except BaseException:
        writer.abandon()
        raise
    with vault.catalogue.transaction() as tx:
        tx.update_versions(moved)
