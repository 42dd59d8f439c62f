"""Whose word a statement is: its actor's own, and of somebody who can know it.

A log that verifies was signed by admitted users, but not every user may say
everything. Whoever took a service's identity over could sign that a paper is due; so
an event counts as its actor's only where he signed the checkpoint that covers it.
"""

from ledgervault.domain.entitlement import UNATTENDED
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import IdentityId
from ledgervault.ledger.checkpoints import key_name
from ledgervault.ledger.entries import Event
from ledgervault.ledger.notes import list_signers
from ledgervault.vault.holding import PLACED, RELEASED
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import (
    ADOPTED,
    CLIENT_ACTS,
    DESTROYED,
    FACT_ACTS,
)

READING = (FACT_ACTS - {DESTROYED}) | CLIENT_ACTS | {PLACED, RELEASED, ADOPTED}


class Speakers:
    """Checks events of a verified log, in their order, against who signed them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._keys = vault.journal.keys()
        self._checkpoints = iter(vault.catalogue.checkpoints())
        self._size = 0
        self._signers: frozenset[str] = frozenset()

    def verify(self, event: Event) -> None:
        """Refuse an event in another's name, and what its actor cannot know."""
        self._advance(event.sequence)
        if key_name(self._vault.id, event.actor) not in self._signers:
            raise _refused("a log entry stands in the name of somebody else")
        if event.act in READING:
            actor = self._vault.people.user(IdentityId(event.actor))
            if actor.roles <= UNATTENDED:
                raise _refused("a service stated what it cannot know")

    def _advance(self, sequence: int) -> None:
        while self._size <= sequence:
            self._size, note = next(self._checkpoints)
            if self._size > sequence:
                self._signers = list_signers(note, self._keys)


def _refused(message: str) -> IntegrityViolated:
    return IntegrityViolated(
        message,
        hint="find out whose identity was used, and `vault user disable` it",
        code="log.speaker",
    )
