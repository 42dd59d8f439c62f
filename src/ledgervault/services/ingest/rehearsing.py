"""What an ingest would do: every paper is read, nothing is written."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from ledgervault.crypto.fixity import dedup_token
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import DocumentId, short_code
from ledgervault.ports.sources import Found
from ledgervault.services.ingest.papers import Failed, Ingested, Waiting
from ledgervault.services.sorting import Owner, Sorter, readable_path
from ledgervault.vault.opened import Vault

HEAD_BYTES = 8 << 20  # what is looked at of a paper
Repeated = tuple[bytes, str]  # a path, and the document it repeats or "" for a new one
Rehearsed = Ingested | Failed | Repeated


def rehearse(
    vault: Vault,
    sorter: Sorter,
    owners: Sequence[Owner],
    known: Mapping[bytes, DocumentId] | None,
    waiting: Sequence[Waiting],
) -> Iterator[Rehearsed]:
    """Yield what would become of each paper; `known` None lets papers repeat."""
    seen: set[bytes] = set()
    for paper in waiting:
        owner = owners[paper.owner]
        try:
            head, token = _read(vault, paper.found, owner)
            if known is not None and token in known:
                yield paper.found.path, short_code("D", known[token])
            elif known is not None and token in seen:
                yield paper.found.path, ""
            else:
                seen.add(token)
                yield _sorted(sorter, owner, paper.found, head)
        except LedgerVaultError as error:
            yield Failed(paper.found.path, error.code, error.message)


def _read(vault: Vault, found: Found, owner: Owner) -> tuple[bytes, bytes]:
    source = vault.stores.sources.open(found)
    digest = hashlib.sha256()
    head = b""
    try:
        for piece in source.chunks(HEAD_BYTES):
            head = head or piece
            digest.update(piece)
    finally:
        source.close()
    return head, dedup_token(owner.token_key, digest.digest())


def _sorted(sorter: Sorter, owner: Owner, found: Found, head: bytes) -> Ingested:
    name, path = readable_path(found.relative)
    decided = sorter.sort(head, found.size, name=name, path=path, owner=owner)
    return Ingested(
        id="",
        path=found.path,
        client=owner.client.code if owner.is_known else None,
        type=decided.type,
        series=decided.series,
        level=decided.level,
        period=decided.period,
        rule=decided.rule,
        is_inbox=decided.is_inbox,
    )
