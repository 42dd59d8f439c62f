"""Let somebody go: one act takes his standing, his future keys and the ring from him.

The statement, new epochs for every compartment he could open, their grants for
the others and the ring's next epoch under a new key commit together. A crash
before leaves everything as it was; after, the next writer finishes.
"""

import dataclasses

from ledgervault.domain.roster import ALWAYS_GRANTED, DISABLED
from ledgervault.errors import Conflict, NotAuthorised, UsageInvalid
from ledgervault.vault.approvals import UsableApproval, require_approval
from ledgervault.vault.authority import authorise, demanded
from ledgervault.vault.epochs import change_epoch
from ledgervault.vault.mirroring import refresh_mirrors
from ledgervault.vault.names import find_user, seal_name, user_code
from ledgervault.vault.new_epochs import (
    Renewal,
    prepare_renewal,
    ring_holders,
    write_renewal,
)
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.parting import Kept, compartments_open_to, could_have_kept
from ledgervault.vault.people import User
from ledgervault.vault.rewrapping import Progress, Rewrapped, resume_rotation
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Parted:
    """Somebody who has left, or would."""

    code: str
    name: str
    role: str
    kept: Kept
    compartments: int
    done: Rewrapped | None = None  # None: a dry run
    ring_epoch: int = 0
    mirrors: tuple[tuple[str, str], ...] = ()  # location, final or pending


def disable_user(
    vault: Vault,
    name: str,
    *,
    why: str,
    is_dry_run: bool = False,
    progress: Progress | None = None,
) -> Parted:
    """Let a person or service go; with `is_dry_run` only say what that means.

    Raises NotAuthorised unless the acting identity holds every key he held.
    """
    authorise(vault, "user")
    user, called = find_user(vault, name)
    _verify(vault, user, called)
    kept = could_have_kept(vault, user)
    rows = [row for row, _kinds in compartments_open_to(vault, user).values()]
    parted = Parted(user_code(user.id), called, user.role, kept, len(rows))
    if is_dry_run:
        return parted
    with writing(vault, "user disable"):
        # Anew, now that nobody else writes: he may have been given more meanwhile.
        user, _called = find_user(vault, user_code(user.id))
        _verify(vault, user, called)
        rows = [row for row, _kinds in compartments_open_to(vault, user).values()]
        approval = _approval(vault, user, called, why)
        renewal = prepare_renewal(vault, rows, frozenset({user.id}))
        epoch = _part(vault, user, called, renewal, why, approval=approval)
        reload_people(vault)
        mirrors = refresh_mirrors(vault)
        done = resume_rotation(vault, progress) or Rewrapped()
    return dataclasses.replace(
        parted,
        compartments=len(rows),
        done=done,
        ring_epoch=epoch,
        mirrors=tuple((location, state) for location, state in mirrors),
    )


def _approval(vault: Vault, user: User, called: str, why: str) -> UsableApproval | None:
    demands = demanded(vault, "user")
    if not demands:
        return None
    parameters = {"person": called, "code": user_code(user.id), "why": why}
    who = user.id.hex()
    return require_approval(vault, "user.disable", parameters, demands, barred=[who])


def _part(
    vault: Vault,
    user: User,
    called: str,
    renewal: Renewal,
    why: str,
    *,
    approval: UsableApproval | None,
) -> int:
    def write(act: Act, epoch: int) -> None:
        if approval is not None:
            approval.use(act)
        facts = {"user": user.id.hex(), "ring": epoch}
        write_renewal(vault, act, renewal, f"{user_code(user.id)} left")
        objects = (user.id.hex(),)
        state_of_people(vault, act, DISABLED, facts, objects=objects, reason=why)
        row = next(one for one in act.tx.users() if one.id == user.id)
        version = row.row_version + 1
        act.tx.remove_grants(user.id, None)
        act.tx.update_user(
            dataclasses.replace(
                row,
                state=vault.people.roster.people[user.id.hex()].state,
                sealed=seal_name(vault, user.id, called, version),
                row_version=version,
            )
        )

    holders = ring_holders(vault, frozenset({user.id}))
    return change_epoch(vault, {}, write, holders=holders).after


def _verify(vault: Vault, user: User, called: str) -> None:
    if user.id == vault.me.id:
        raise UsageInvalid(
            "nobody lets himself go", hint="ask another owner or partner to do it"
        )
    if not user.roles & ALWAYS_GRANTED:
        return
    if not vault.me.roles & ALWAYS_GRANTED:
        raise NotAuthorised(
            f"{called} holds every key: only an owner can let him go", code="user.role"
        )
    others = [one for one in vault.people.active() if one.id != user.id]
    if not any("owner" in one.roles for one in others):
        raise Conflict(
            "no owner would be left",
            hint="admit another owner first: vault user add NAME --role owner",
            code="user.last-owner",
        )
