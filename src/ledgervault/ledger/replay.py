"""Read chosen acts out of a log without parsing the rest."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from ledgervault.ledger.entries import Event, parse_event, parse_verified

_ACT = b'{"act":"'  # "act" sorts first of an entry's keys


def replay(
    entries: Iterable[bytes], acts: AbstractSet[str], *, are_verified: bool = False
) -> Iterator[Event]:
    """Yield events of the named acts in order; no names means all.

    Entries that were verified before are not checked for canonical form again.
    """
    parse = parse_verified if are_verified else parse_event
    wanted = {act.encode() for act in acts}
    start = len(_ACT)
    for entry in entries:
        if wanted and entry.startswith(_ACT):
            end = entry.find(b'"', start)
            if entry[start:end] not in wanted:
                continue
        event = parse(entry)
        if not acts or event.act in acts:
            yield event
