"""Grant: give a user or a team the keys of a client, up to a level, until a day.

A wall is never granted across, and nobody grants what he does not hold. What a
grant says is a signed statement; the keys follow from the roster.
"""

import dataclasses
from datetime import date

from ledgervault.crypto.grants import GrantKind
from ledgervault.domain.policy import LEVELS
from ledgervault.domain.roster import (
    ALWAYS_GRANTED,
    EVERY_CLIENT,
    GIVEN,
    LOWEST_GRANT,
    Given,
)
from ledgervault.errors import Conflict, NotAuthorised, UsageInvalid
from ledgervault.ids import ClientId
from ledgervault.vault.approvals import UsableApproval, require_approval
from ledgervault.vault.authority import authorise, demanded
from ledgervault.vault.finding import client_codes, get_client
from ledgervault.vault.keychain import Granter
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User
from ledgervault.vault.sealing_grants import Sealing
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.teams import find_holder
from ledgervault.vault.writing import writing

ALL_CLIENTS = "all"


@dataclasses.dataclass(frozen=True, slots=True)
class GrantRequest:
    """Who shall open whose papers; `client` may be all, `holder` a team."""

    holder: str
    client: str
    level: str = LEVELS[-1]
    until: date | None = None
    knows_only: bool = False  # what is said of documents, not their content


@dataclasses.dataclass(frozen=True, slots=True)
class Granted:
    """A grant and the keys it took."""

    given: Given
    holder: str
    client: str
    keys: int


def grant_access(
    vault: Vault, request: GrantRequest, *, is_dry_run: bool = False
) -> Granted:
    """State a grant and seal the keys it opens to everybody it names.

    Raises NotAuthorised `wall.barred` across a wall and `grant.not-held` without
    the key, Conflict where it says nothing new.
    """
    authorise(vault, "grant")
    _verify(vault, request)
    with writing(vault, "grant"):
        holder, name = find_holder(vault, request.holder)
        client_id, client = _client(vault, request.client)
        given = Given(
            holder=holder,
            client=client_id.hex() if client_id else EVERY_CLIENT,
            level=request.level,
            reads=not request.knows_only,
            since=vault.now().date(),
            until=request.until,
        )
        _verify_new(vault, given, name)
        if is_dry_run:
            return Granted(given, name, client, 0)
        approval = _approval(vault, given, name, client_id)
        keys = _give(vault, given, client_id, approval)
        reload_people(vault)
    return Granted(given, name, client, keys)


def _verify(vault: Vault, request: GrantRequest) -> None:
    if request.level not in LEVELS[LEVELS.index(LOWEST_GRANT) :]:
        raise UsageInvalid(
            f"no level to grant: {request.level[:20]!r}",
            hint="one of " + ", ".join(LEVELS[LEVELS.index(LOWEST_GRANT) :]),
        )
    if request.until is not None and request.until < vault.now().date():
        raise UsageInvalid("the last day lies in the past")
    if request.client == ALL_CLIENTS and not vault.me.roles & ALWAYS_GRANTED:
        # Whoever does not hold every key would learn from the failure that there is
        # a client he may not know of.
        raise NotAuthorised(
            "only an owner grants every client",
            hint="name the clients one by one, or ask an owner",
            code="grant.every-client",
        )


def _client(vault: Vault, name: str) -> tuple[ClientId | None, str]:
    if name == ALL_CLIENTS:
        return None, name
    row, client = get_client(vault, name)
    return row.id, client.code


def _verify_new(vault: Vault, given: Given, name: str) -> None:
    roster = vault.people.roster
    if roster.is_barred(given.holder, given.client):
        raise NotAuthorised(
            f"a wall stands between {name} and this client",
            hint="who raised it and why: vault wall list",
            code="wall.barred",
        )
    known = roster.grants.get((given.holder, given.client))
    if known == dataclasses.replace(given, since=known.since if known else given.since):
        raise Conflict(
            f"{name} holds this grant already",
            hint="`vault user show` lists what he holds",
            code="grant.exists",
        )
    is_lowered = known is not None and LEVELS.index(given.level) < LEVELS.index(
        known.level
    )
    if is_lowered or (known and known.reads and not given.reads):
        raise Conflict(
            f"{name} holds more than that already",
            hint="take it back first: vault revoke USER --client C",
            code="grant.lowered",
        )


def _approval(
    vault: Vault, given: Given, name: str, client_id: ClientId | None
) -> UsableApproval | None:
    demands = demanded(vault, "grant", level=given.level, client=client_id)
    if not demands:
        return None
    _verify_held(vault, given, client_id)
    members = vault.people.roster.teams.get(given.holder, frozenset({given.holder}))
    parameters = {
        "holder": name,
        "people": sorted(members),
        "client": client_codes(vault).get(client_id) if client_id else ALL_CLIENTS,
        "level": given.level,
        "reads": given.reads,
        "until": given.until.isoformat() if given.until else None,
    }
    return require_approval(
        vault, "grant", parameters, demands, client=client_id, barred=members
    )


def _verify_held(vault: Vault, given: Given, client_id: ClientId | None) -> None:
    # Nobody is asked about what could not be done anyway.
    levels = LEVELS[: LEVELS.index(given.level) + 1]
    rows = [
        row
        for row in vault.catalogue.compartments()
        if row.level in levels
        and row.client_id != vault.agency
        and client_id in (None, row.client_id)
    ]
    kinds = (GrantKind.META, GrantKind.DOC) if given.reads else (GrantKind.META,)
    granter = Granter(vault.id, vault.identity, vault.catalogue.log_size())
    Sealing(vault, granter).verify_held(rows, kinds)


def _give(
    vault: Vault,
    given: Given,
    client_id: ClientId | None,
    approval: UsableApproval | None,
) -> int:
    until = given.until.isoformat() if given.until else None
    facts = {
        "holder": given.holder,
        "client": given.client,
        "level": given.level,
        "reads": given.reads,
        **({"until": until} if until else {}),
    }
    with vault.act() as act:
        if approval is not None:
            approval.use(act)
        objects = (given.holder, given.client) if client_id else (given.holder,)
        state_of_people(vault, act, GIVEN, facts, objects=objects)
        sealing = Sealing(vault, Granter(vault.id, vault.identity, act.start))
        clients = {client_id} if client_id else None
        grants = [
            grant
            for user in holders(vault, given.holder)
            for grant in (*sealing.ring_key_for(user), *sealing.owed(user, clients))
        ]
        act.tx.add_grants(grants)
    return len(grants)


def holders(vault: Vault, holder: str) -> list[User]:
    """Return the active users a grant to a person or a team reaches."""
    members = vault.people.roster.teams.get(holder, frozenset({holder}))
    return [user for user in vault.people.active() if user.id.hex() in members]
