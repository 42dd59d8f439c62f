"""Join: invite somebody, and admit the keys he answers with.

What counts is the invitation in the log: its role, its last day, and that it
is used once. The request only brings public keys, whose fingerprint two people
have compared.
"""

import dataclasses
from datetime import date, timedelta

from ledgervault.crypto.fingerprints import is_fingerprint_of
from ledgervault.domain.access import list_separations
from ledgervault.domain.roster import (
    ADMITTED,
    ALWAYS_GRANTED,
    PERSONAL_ROLES,
    join_roles,
    split_roles,
)
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
    PolicyRefusal,
    UsageInvalid,
)
from ledgervault.ids import IdentityId, random_id
from ledgervault.ledger.entries import Event, parse_event
from ledgervault.ports.rows import UserRow
from ledgervault.vault.authority import authorise
from ledgervault.vault.invitations import Invitation, JoinRequest
from ledgervault.vault.keychain import Granter
from ledgervault.vault.names import names_of, seal_name, user_code
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User, admit
from ledgervault.vault.sealing_grants import Sealing
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.writing import writing

INVITED = "user.invited"
NAMED_IN = "events"
DEFAULT_DAYS = 7
MAX_NAME = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Admitted:
    """A user who has just joined."""

    code: str
    name: str
    role: str
    keys: int


def invite_user(
    vault: Vault, name: str, roles: frozenset[str], *, expires_on: date | None
) -> Invitation:
    """Log an invitation and return it for the file.

    Raises UsageInvalid, Conflict, or PolicyRefusal where roles are kept apart.
    """
    authorise(vault, "user")
    _verify_invited(vault, name, roles)
    today = vault.now().date()
    last_day = expires_on or today + timedelta(days=DEFAULT_DAYS)
    if last_day < today:
        raise UsageInvalid("the invitation would have ended already")
    invitation_id, role = random_id(), join_roles(roles)
    with writing(vault, "user add"), vault.act() as act:
        act.log(
            INVITED,
            objects=(invitation_id.hex(),),
            facts={"role": role, "expires_on": last_day.isoformat()},
            seal=lambda sequence: vault.records.seal_for_client(
                vault.agency, NAMED_IN, invitation_id, {"name": name.strip()}, sequence
            ),
        )
    head = vault.checkpoint()
    agency = vault.records.open_client(vault.records.client_row(vault.agency))
    return Invitation(
        vault=vault.id,
        id=invitation_id,
        agency=agency.name,
        name=name.strip(),
        role=role,
        expires_on=last_day,
        inviter=vault.me.id,
        inviter_public=vault.me.public,
        log_size=head.size,
        log_root=head.root,
        people=vault.people.seen,
    )


def admit_user(vault: Vault, request: JoinRequest, *, fingerprint: str) -> Admitted:
    """Make the author of a request a user, once his fingerprint has been compared.

    Raises NotAuthorised `user.fingerprint`, Conflict `invitation.used`,
    PolicyRefusal `invitation.expired`, IntegrityViolated for another vault's.
    """
    authorise(vault, "user")
    if request.vault != vault.id:
        raise IntegrityViolated("the request is for another vault", code="user.foreign")
    if not is_fingerprint_of(request.public, fingerprint):
        raise NotAuthorised(
            "the fingerprint is not that of the keys in this request",
            hint="compare it with the person himself, word by word; "
            "if it differs, somebody may have exchanged the file",
            code="user.fingerprint",
        )
    with writing(vault, "user admit"):
        invited = _invitation(vault, request.invitation)
        name = _invited_name(vault, request.invitation, invited)
        _verify_invited(vault, name, split_roles(invited.facts["role"]))
        with vault.act() as act:
            keys = _add(vault, act, request, invited.facts["role"], name)
        reload_people(vault)
    return Admitted(user_code(request.user), name, invited.facts["role"], keys)


def invitation_of(vault: Vault, request: JoinRequest) -> tuple[str, str]:
    """Return the name and role that a request's invitation was made for."""
    authorise(vault, "user")
    invited = _invitation(vault, request.invitation)
    name = _invited_name(vault, request.invitation, invited)
    return name, str(invited.facts["role"])


def _verify_invited(vault: Vault, name: str, roles: frozenset[str]) -> None:
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise UsageInvalid(f"a name has 1 to {MAX_NAME} characters")
    unknown = roles - PERSONAL_ROLES
    if unknown or not roles:
        raise UsageInvalid(
            f"unknown role: {', '.join(sorted(unknown)) or '-'}",
            hint="one or more of " + ", ".join(sorted(PERSONAL_ROLES)),
        )
    if roles & ALWAYS_GRANTED and not vault.me.roles & ALWAYS_GRANTED:
        raise NotAuthorised("only an owner makes an owner", code="user.role")
    _verify_apart(vault, roles)
    taken = [
        user
        for user, known in names_of(vault).items()
        if known == name.strip() and vault.people.user(user).is_active
    ]
    if taken:
        raise Conflict(
            f"somebody called {name[:60]!r} is here already",
            hint="choose a name that tells them apart",
            code="user.exists",
        )


def _verify_apart(vault: Vault, roles: frozenset[str]) -> None:
    for role in sorted(roles):
        apart = list_separations(role, vault.policy, vault.now().date()) & roles
        if apart:
            raise PolicyRefusal(
                f"policy keeps {role} and {', '.join(sorted(apart))} apart",
                hint="give the roles to different people",
                code="policy.separation",
            )


def _invitation(vault: Vault, invitation: bytes) -> Event:
    events = [
        parse_event(vault.catalogue.entry(sequence))
        for sequence in vault.catalogue.sequences_of(invitation.hex())
    ]
    invited = next((event for event in events if event.act == INVITED), None)
    if invited is None:
        raise NotFound(
            "this vault has not invited the author of this request",
            hint="make an invitation: vault user add NAME --role ROLE",
            code="invitation.unknown",
        )
    if any(event.act == ADMITTED for event in events):
        raise Conflict("the invitation was used before", code="invitation.used")
    if date.fromisoformat(invited.facts["expires_on"]) < vault.now().date():
        raise PolicyRefusal(
            f"the invitation ended on {invited.facts['expires_on']}",
            hint="make a new one: vault user add NAME --role ROLE",
            code="invitation.expired",
        )
    return invited


def _invited_name(vault: Vault, invitation: bytes, invited: Event) -> str:
    facts = vault.records.open_for_client(
        vault.agency, NAMED_IN, invitation, invited.sealed, invited.sequence
    )
    return str(facts["name"])


def _add(vault: Vault, act: Act, request: JoinRequest, role: str, name: str) -> int:
    user = IdentityId(request.user)
    facts = {
        "user": user.hex(),
        "role": role,
        "public": request.public.digest().hex(),
        "invitation": request.invitation.hex(),
    }
    objects = (user.hex(), request.invitation.hex())
    state_of_people(vault, act, ADMITTED, facts, objects=objects)
    act.tx.add_user(
        UserRow(
            id=user,
            public=request.public.serialise(),
            role=role,
            state="active",
            admitted_by=vault.me.id,
            admission=admit(
                vault.identity,
                vault=vault.id,
                user=user,
                public=request.public,
                role=role,
            ),
            sealed=seal_name(vault, user, name),
            row_version=1,
        )
    )
    joined = User(user, request.public, role, True, vault.now().date())
    sealing = Sealing(vault, Granter(vault.id, vault.identity, act.start))
    grants = [*sealing.ring_key_for(joined), *sealing.owed(joined)]
    act.tx.add_grants(grants)
    return len(grants)
