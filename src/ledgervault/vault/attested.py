"""Events taken out of the log one by one, each proven before it is believed.

The signed head covers every entry, but a single stored entry says nothing until
an inclusion proof (RFC 6962, 2.1.1) leads from its bytes to the signed root. The
stored nodes that the proof is made of need no trust: a false one misses the root.
What the index of objects leaves out, only a replay of the whole log shows.
"""

from collections.abc import Iterator, Sequence

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ledger.proofs import inclusion_proof, verify_inclusion
from ledgervault.ledger.tree import EMPTY_ROOT, leaf_hash
from ledgervault.ports.catalogue import LogReads

PAGE = 32  # entries proven with one query for their nodes

Place = tuple[int, int]


def attested_event(log: LogReads, head: Checkpoint, sequence: int) -> Event:
    """Return the event at a sequence that the verified head covers.

    Raises IntegrityViolated when the stored entry is not the one signed for.
    """
    return attested_events(log, head, [sequence])[0]


def attested_events(
    log: LogReads, head: Checkpoint, sequences: Sequence[int]
) -> list[Event]:
    """Return the events at some sequences, in the order asked for."""
    if any(not 0 <= sequence < head.size for sequence in sequences):
        raise _unsigned("the log's index names an entry that is not signed for")
    entries = log.entries_at(sequences)
    nodes = log.nodes_at(_places(sequences, head.size))
    return [_proven(entries[one], one, head, nodes) for one in sequences]


def attested_events_of(log: LogReads, head: Checkpoint, obj: str) -> list[Event]:
    """Return the events that touched an object, oldest first."""
    return list(newest_first(log, head, obj, log.sequences_of(obj)))[::-1]


def newest_first(
    log: LogReads, head: Checkpoint, obj: str, sequences: Sequence[int]
) -> Iterator[Event]:
    """Yield the indexed events of an object, newest first, proven page by page."""
    falling = sequences[::-1]
    for start in range(0, len(falling), PAGE):
        for event in attested_events(log, head, falling[start : start + PAGE]):
            if obj not in event.objects:
                raise _unsigned("the log's index names an event of something else")
            yield event


def _places(sequences: Sequence[int], size: int) -> list[Place]:
    found: dict[Place, None] = {}

    def visit(level: int, index: int) -> bytes:
        found[level, index] = None
        return EMPTY_ROOT  # only where the path leads is asked here

    for sequence in sequences:
        inclusion_proof(sequence, size, visit)
    return list(found)


def _proven(
    entry: bytes, sequence: int, head: Checkpoint, nodes: dict[Place, bytes]
) -> Event:
    proof = inclusion_proof(
        sequence, head.size, lambda level, index: nodes[level, index]
    )
    try:
        verify_inclusion(
            leaf_hash(entry),
            index=sequence,
            size=head.size,
            proof=proof,
            root=head.root,
        )
    except IntegrityViolated as error:
        raise _unsigned("a log entry is not the one that was signed for") from error
    event = parse_event(entry)
    if event.sequence != sequence:
        raise _unsigned("a log entry is out of its place")
    return event


def _unsigned(message: str) -> IntegrityViolated:
    return IntegrityViolated(
        message,
        hint="keep everything as it is and run `vault log verify`",
        code="log.unattested",
    )
