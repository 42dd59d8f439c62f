"""Take keys back: what somebody may no longer open gets new keys without him.

Statements say who loses what; every compartment whose present key a loser holds
goes to its next epoch, sealed to those who keep it, in the transaction that
states it. What is stored is brought under the new keys after that.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.domain.roster import Roster
from ledgervault.ids import CompartmentId
from ledgervault.ports.rows import CompartmentRow
from ledgervault.vault.new_epochs import (
    Renewal,
    prepare_renewal,
    write_renewal,
)
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User
from ledgervault.vault.rewrapping import Progress, Rewrapped, resume_rotation
from ledgervault.vault.sealing_grants import entitled_to
from ledgervault.vault.stating import (
    reload_people,
    roster_after,
    state_of_people,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One statement to be made."""

    act: str
    facts: Mapping[str, Any]
    objects: tuple[str, ...] = ()
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Loss:
    """What statements take from whom: compartments that need new keys."""

    users: tuple[User, ...]
    compartments: tuple[CompartmentRow, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal changed."""

    loss: Loss
    grants: int
    rewrapped: Rewrapped


def loss_of(vault: Vault, users: Sequence[User], said: Sequence[Said]) -> Loss:
    """Return what statements would take from users; nothing changes."""
    after = roster_after(vault, [(one.act, one.facts) for one in said])
    compartments = {row.id: row for row in vault.catalogue.compartments()}
    lost: dict[CompartmentId, CompartmentRow] = {}
    for user in users:
        for grant in vault.catalogue.grants_of(user.id):
            row = compartments.get(grant.compartment_id)
            if row is not None and not _keeps(vault, user, row, after):
                lost[row.id] = row
    return Loss(tuple(users), tuple(lost.values()))


def withdraw(
    vault: Vault,
    said: Sequence[Said],
    loss: Loss,
    *,
    why: str,
    progress: Progress | None = None,
) -> Withdrawal:
    """State it, change the keys of what is lost, bring what is stored under them.

    Callers hold the writer lock. A crash after the transaction leaves a rotation
    that the next writer finishes.
    """
    renewal = _renewal(vault, said, loss)
    with vault.act() as act:
        for one in said:
            state_of_people(
                vault,
                act,
                one.act,
                one.facts,
                objects=one.objects,
                reason=one.reason,
            )
        write_renewal(vault, act, renewal, why)
        for user in loss.users:
            act.tx.remove_grants(user.id, [row.id for row in loss.compartments])
    reload_people(vault)
    vault.keychain.forget()
    done = resume_rotation(vault, progress) or Rewrapped()
    return Withdrawal(loss, len(renewal.grants), done)


def _renewal(vault: Vault, said: Sequence[Said], loss: Loss) -> Renewal:
    # Keys are sealed to those whom the roster names once all of it is stated.
    before = vault.people.roster
    vault.people.roster = roster_after(vault, [(one.act, one.facts) for one in said])
    try:
        return prepare_renewal(vault, loss.compartments)
    finally:
        vault.people.roster = before


def _keeps(vault: Vault, user: User, row: CompartmentRow, after: Roster) -> bool:
    entitled = entitled_to(vault, user, row.client_id, roster=after)
    return entitled.covers(row.level, is_content=False)
