"""How recovery stands: who, how many, when it was last rehearsed, what is lacking."""

import dataclasses
from collections.abc import Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.ids import IdentityId
from ledgervault.vault.names import names_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.recovery_set import DRILLED, OBJECT, read_arrangement


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One of the people who hold shares."""

    name: str
    is_active: bool


@dataclasses.dataclass(frozen=True, slots=True)
class RecoveryStatus:
    """How recovery by several people stands."""

    set_id: str
    needed: int
    members: tuple[Member, ...]
    maker: str
    arranged_ms: int
    drilled_ms: int | None
    missing_grants: int
    fingerprint: str

    @property
    def is_enough(self) -> bool:
        """Say whether as many people as needed are still there, and no key lacks."""
        active = sum(member.is_active for member in self.members)
        return active >= self.needed and not self.missing_grants


def recovery_status(vault: Vault) -> RecoveryStatus:
    """Verify the share set and the log, and say how recovery stands."""
    arranged = read_arrangement(vault.catalogue, vault=vault.id, people=vault.people)
    names = names_of(vault)
    users = [
        vault.people.user(IdentityId(member)) for member in arranged.shares.members
    ]
    recovery = vault.people.user(IdentityId(arranged.shares.user))
    return RecoveryStatus(
        set_id=arranged.shares.set_id.hex(),
        needed=arranged.shares.needed,
        members=tuple(Member(names[user.id], user.is_active) for user in users),
        maker=names[arranged.maker.id],
        arranged_ms=arranged.event.time_ms,
        drilled_ms=arranged.drills[-1].time_ms if arranged.drills else None,
        missing_grants=_missing_grants(vault, recovery.id),
        fingerprint=recovery.public.fingerprint(),
    )


def note_drill(vault: Vault, set_id: bytes, members: Sequence[bytes]) -> list[str]:
    """Log a drill on the canary and who took part; return their names."""
    facts = {"set": set_id.hex(), "people": [member.hex() for member in members]}
    vault.note(DRILLED, objects=(OBJECT,), facts=facts)
    names = names_of(vault)
    return [names[IdentityId(member)] for member in members]


def note_kit_drill(vault: Vault) -> None:
    """Log that somebody's own kit was found to open his identity."""
    vault.note(DRILLED, objects=(OBJECT,), facts={"kit": vault.me.id.hex()})


def _missing_grants(vault: Vault, holder: IdentityId) -> int:
    held = {
        (row.compartment_id, row.kind, row.epoch)
        for row in vault.catalogue.grants_of(holder)
    }
    used = {
        (row.id, int(kind), epoch)
        for row in vault.catalogue.compartments()
        for kind, epoch in (
            (GrantKind.DOC, row.doc_epoch),
            (GrantKind.META, row.meta_epoch),
        )
    }
    return len(used - held)
