"""What a purge may conclude where it cannot read: from signed statements alone.

For whoever holds the ring key and nothing else. Each answer is at least as careful
as that of a reader: what was not stated is taken to keep the paper.
"""

from datetime import date

from ledgervault.domain.calendar import legal_day
from ledgervault.domain.holds import holds_covering
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import RetentionOutcome
from ledgervault.domain.stated_due import decide_stated
from ledgervault.errors import Conflict
from ledgervault.ids import ClientId
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.evidence import Evidence
from ledgervault.vault.holding import stated_hold
from ledgervault.vault.opened import Vault

EVERYWHERE = ""  # no jurisdiction: the day that has begun everywhere


def stated_day(vault: Vault) -> date:
    """Return the legal day of a client whose jurisdiction is sealed."""
    return legal_day(vault.now(), EVERYWHERE)


def stated_policy(vault: Vault, evidence: Evidence, client: ClientId) -> PolicySet:
    """Return what applies to a client, by the token his events state.

    Raises Conflict `retention.unstated` where clients have rules of their own and
    nothing says whether this one has.
    """
    if not vault.policy.overrides:
        return vault.policy
    rules = evidence.clients.get(client.hex(), {}).get("rules")
    if not isinstance(rules, str):
        raise _unstated("which rules are this client's own")
    return vault.policy.for_client(rules)


def stated_outcome(
    evidence: Evidence, row: DocumentRow, policy: PolicySet, today: date
) -> RetentionOutcome:
    """Decide on a document whose row was checked against its events."""
    _verify_dated(evidence, row)
    client = evidence.clients.get(row.client_id.hex(), {})
    has_open_matter = client.get("open", True) or evidence.open.get(row.id.hex(), True)
    return decide_stated(
        row.series,
        row.due,
        policy,
        held_by=_held_by(evidence, row),
        has_open_matter=bool(has_open_matter),
        today=today,
    )


def _held_by(evidence: Evidence, row: DocumentRow) -> list[str]:
    holds = [
        stated_hold(hold_id, facts)
        for hold_id, facts in evidence.holds.items()
        if facts["client"] == row.client_id.hex() and facts["active"]
    ]
    found = holds_covering(
        holds, client="", series=row.series, period=None, document=row.code
    )
    return [hold.hold_id for hold in found]


def _verify_dated(evidence: Evidence, row: DocumentRow) -> None:
    """Refuse a date that the policy in force may have moved, unseen by its adopter."""
    adopted = evidence.adopted
    if adopted is None or evidence.stated_at[row.id.hex()] > adopted.sequence:
        return
    if row.client_id.hex() not in adopted.facts.get("clients", ()):
        raise _unstated("the date of a paper under the policy in force")


def _unstated(what: str) -> Conflict:
    return Conflict(
        f"no signed event states {what}",
        hint="somebody who can read these papers runs the purge",
        code="retention.unstated",
    )
