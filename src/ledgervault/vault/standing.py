"""What the last event of every act states of the whole, so that nothing is left out.

The signed head proves each entry, but not that an index names them all, nor that
ring and log are of one time. So the last event of an act says how many events there
are of each matter that must be complete, and how new the ring was at least.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ledger.entries import Event
from ledgervault.ports.catalogue import LogReads
from ledgervault.vault.attested import attested_event, newest_first
from ledgervault.vault.journal import Draft

PEOPLE, POLICY, HOLDS, MIRRORS = "people", "policy", "holds", "mirrors"
REGISTERS = "registers"
MATTERS = (
    PEOPLE,
    POLICY,
    HOLDS,
    MIRRORS,
    REGISTERS,
)  # objects of the log that are counted

RingAge = tuple[int, int]  # epoch, and what HEAD says of the log's size


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How many events a log has of each matter, and the ring's age at least."""

    counts: Mapping[str, int]
    ring: RingAge = (0, 0)

    def as_json(self) -> dict[str, Any]:
        """Return what an event says of it."""
        return {**self.counts, "ring": list(self.ring)}

    def after(self, drafts: Sequence[Draft], ring: RingAge) -> "Standing":
        """Return the standing once these are logged; a ring never grows younger."""
        counts = {
            matter: self.counts[matter]
            + sum(matter in draft.objects for draft in drafts)
            for matter in MATTERS
        }
        return Standing(counts, max(self.ring, ring))


def read_standing(log: LogReads, head: Checkpoint) -> Standing | None:
    """Return what the last event states; None before the first, and in older logs."""
    if not head.size:
        return Standing(dict.fromkeys(MATTERS, 0))
    stated = attested_event(log, head, head.size - 1).standing
    if stated is None:
        return None
    try:
        epoch, size = stated["ring"]
        counts = {matter: int(stated[matter]) for matter in MATTERS}
        return Standing(counts, (int(epoch), int(size)))
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityViolated("a logged standing is not readable") from error


def counted_events(log: LogReads, head: Checkpoint, matter: str) -> list[Event]:
    """Return every event of a matter, oldest first; one the index hides is missed.

    A head an older release signed counts nothing: then the index is believed.
    """
    known = [one for one in log.sequences_of(matter) if one < head.size]
    events = list(newest_first(log, head, matter, known))[::-1]
    standing = read_standing(log, head)
    if standing is not None and standing.counts[matter] != len(events):
        raise IntegrityViolated(
            f"the log states {standing.counts[matter]} events of {matter}, "
            f"its index names {len(events)}",
            hint="run `vault log verify` and compare with a backup before going on",
            code="log.hidden",
        )
    return events


def with_standing(
    log: LogReads, head: Checkpoint, drafts: Sequence[Draft], ring: RingAge
) -> list[Draft]:
    """Return drafts whose last one states how things stand after it."""
    if not drafts:
        return []
    before = read_standing(log, head) or _counted_now(log)
    after = before.after(drafts, ring).as_json()
    return [*drafts[:-1], dataclasses.replace(drafts[-1], standing=after)]


def _counted_now(log: LogReads) -> Standing:
    return Standing({matter: len(log.sequences_of(matter)) for matter in MATTERS})
