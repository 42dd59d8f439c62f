"""What the signed log says of requests and answers, trusted only after proof.

Whoever may write the database can hide entries from the index, so what executes
an act reads every entry since the request and proves that they are all there.
"""

import dataclasses
from collections.abc import Iterator

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ledger.replay import replay
from ledgervault.ledger.tree import Frontier, leaf_hash
from ledgervault.vault.opened import Vault

REQUESTED = "approval.requested"
ANSWERED = "approval.answered"
USED = "approval.used"
WITHDRAWN = "approval.withdrawn"
EXPIRED = "approval.expired"
WAIVED = "approval.waived"
ENDINGS = {"used": USED, "withdrawn": WITHDRAWN, "expired": EXPIRED}
ACTS = frozenset({REQUESTED, ANSWERED, *ENDINGS.values()})


@dataclasses.dataclass(frozen=True, slots=True)
class ApprovalLog:
    """Every entry about requests from one sequence on, and when the last was made."""

    events: tuple[Event, ...]
    last_time_ms: int

    def of(self, request: str, act: str) -> list[Event]:
        """Return the entries of one act about one request."""
        return [
            event
            for event in self.events
            if event.act == act and event.objects[:1] == (request,)
        ]

    def ending(self, request: str) -> str:
        """Return how a request was closed; empty while it is open."""
        for state, act in ENDINGS.items():
            if self.of(request, act):
                return state
        return ""


def approval_log(vault: Vault, start: int) -> ApprovalLog:
    """Read and prove the log from a sequence to its signed end."""
    log = vault.catalogue
    head = vault.journal.verify_head(log)
    if start > head.size:
        raise _violated()
    frontier = Frontier.load(start, log.node)
    last = b""

    def hashed() -> Iterator[bytes]:
        nonlocal last
        for entry in log.entries(start, head.size):
            frontier.append(leaf_hash(entry))
            last = entry
            yield entry

    events = tuple(replay(hashed(), ACTS))
    if frontier.root() != head.root:
        raise _violated()
    return ApprovalLog(events, parse_event(last).time_ms if last else 0)


def _violated() -> IntegrityViolated:
    return IntegrityViolated(
        "the log differs from its signed checkpoint",
        hint="keep everything as it is and run `vault log verify`",
        code="log.violated",
    )
