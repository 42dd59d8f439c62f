"""Many rows against what was signed of them: proven one by one, or by one replay.

A proof costs some dozens of times what hashing an entry costs, so that for many rows
of a short log the whole is replayed to its signed root, which also misses nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ledger.tree import Frontier, leaf_hash
from ledgervault.ports.catalogue import LogReads
from ledgervault.ports.rows import ClientRow, DocumentRow, FolderRow
from ledgervault.vault.attested import attested_events
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import CLIENT_ACTS, FACT_ACTS, verify_statement

REPLAYED_A_PROOF = 60  # entries hashed in the time one is proven
FOLDER_ACTS = frozenset({"folder.archived"})
PAGE = 2000

Newest = Mapping[str, Mapping[str, Any]]  # object -> facts of its newest statement


def verify_document_rows(vault: Vault, rows: Sequence[DocumentRow]) -> None:
    """Check each row against the newest proven event that states its facts."""
    stated = newest_statements(vault, [row.id.hex() for row in rows], FACT_ACTS)
    _verify(rows, stated, _verify_row, lambda row: vault.catalogue.document(row.id))


def verify_client_rows(vault: Vault, rows: Sequence[ClientRow]) -> None:
    """Refuse a client's record that is older than the one logged last."""
    stated = newest_statements(vault, [row.id.hex() for row in rows], CLIENT_ACTS)
    _verify(
        rows,
        stated,
        _verify_client,
        lambda row: vault.catalogue.client(ClientId(row.id)),
    )


def verify_open_folders(vault: Vault, rows: Sequence[FolderRow]) -> None:
    """Refuse a folder that was closed and is marked as open by hand."""
    closed = newest_statements(vault, [row.id.hex() for row in rows], FOLDER_ACTS)
    for row in rows:
        if row.state == "open" and row.id.hex() in closed:
            raise IntegrityViolated(
                f"folder {row.code} was closed, but the catalogue says it is open",
                hint="run `vault log verify` and compare with a backup before going on",
                code="catalogue.edited",
            )


def newest_statements(
    vault: Vault, objects: Sequence[str], acts: AbstractSet[str]
) -> Newest:
    """Return the facts of each object's newest event among `acts`, all proven."""
    if not objects:
        return {}
    sequences = vault.catalogue.sequences_of_each(objects)
    last = max((one[-1] for one in sequences.values() if one), default=0)
    head = vault.checkpoint()
    if last >= head.size:
        head = vault.journal.verify_head(vault.catalogue)
    if len(objects) * REPLAYED_A_PROOF > head.size:
        return _replayed(vault.catalogue, head, objects, acts)
    return _proven(vault.catalogue, head, sequences, acts)


def _replayed(
    log: LogReads, head: Checkpoint, objects: Sequence[str], acts: AbstractSet[str]
) -> Newest:
    wanted, frontier = set(objects), Frontier()
    entries = _hashed(log.entries(0, head.size), frontier)
    events = list(replay(entries, acts, are_verified=True))
    # Nothing that was read is believed before the whole leads to the signed root.
    if frontier.root() != head.root:
        raise IntegrityViolated(
            "the log's entries are not those that were signed for",
            hint="keep everything as it is and run `vault log verify`",
            code="log.unattested",
        )
    return {
        event.objects[0]: event.facts
        for event in events
        if event.objects and event.objects[0] in wanted
    }


def _hashed(entries: Iterable[bytes], frontier: Frontier) -> Iterator[bytes]:
    for entry in entries:
        frontier.append(leaf_hash(entry))
        yield entry


def _proven(
    log: LogReads,
    head: Checkpoint,
    sequences: Mapping[str, Sequence[int]],
    acts: AbstractSet[str],
) -> Newest:
    found: dict[str, Mapping[str, Any]] = {}
    waiting = {obj: list(known) for obj, known in sequences.items() if known}
    while waiting:
        asked = {obj: known.pop() for obj, known in waiting.items()}
        events = _events(log, head, sorted(set(asked.values())))
        for obj, sequence in asked.items():
            event = events[sequence]
            if obj not in event.objects:
                raise IntegrityViolated(
                    "the log's index names an event of something else",
                    code="log.unattested",
                )
            if event.act in acts:
                found[obj] = event.facts
        waiting = {o: left for o, left in waiting.items() if left and o not in found}
    return found


def _events(
    log: LogReads, head: Checkpoint, sequences: Sequence[int]
) -> dict[int, Event]:
    events: dict[int, Event] = {}
    for start in range(0, len(sequences), PAGE):
        part = sequences[start : start + PAGE]
        events |= dict(zip(part, attested_events(log, head, part), strict=True))
    return events


def _verify(
    rows: Sequence[Any],
    stated: Newest,
    check: Callable[[Any, Mapping[str, Any]], None],
    read_again: Callable[[Any], Any],
) -> None:
    for row in rows:
        facts = stated.get(row.id.hex(), {})
        try:
            check(row, facts)
        except IntegrityViolated:
            # Somebody may have edited it since it was read.
            fresh = read_again(row)
            if fresh == row:
                raise
            check(fresh, facts)


def _verify_row(row: DocumentRow, facts: Mapping[str, Any]) -> None:
    verify_statement(row, facts)


def _verify_client(row: ClientRow, facts: Mapping[str, Any]) -> None:
    # The agency's own record is stated nowhere, nor were records of early releases.
    if facts.get("version", row.row_version) != row.row_version:
        raise IntegrityViolated(
            "a client's record is not the one that was logged last",
            hint="run `vault log verify` and compare with a backup",
            code="catalogue.edited",
        )
