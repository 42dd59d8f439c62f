"""Adopt policy packs: show the effect, then pin them inside the vault."""

import dataclasses
from datetime import date

from ledgervault.domain.policy import PolicySet
from ledgervault.errors import LedgerVaultError, PolicyRefusal
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import PolicyRow
from ledgervault.vault.filing import retention_of
from ledgervault.vault.finding import visible_clients
from ledgervault.vault.opened import Vault
from ledgervault.vault.redating import documents_of, redate_client, subject_of
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What adopting a policy would change for one document."""

    code: str
    old_due: date | None
    new_due: date | None

    @property
    def is_shortened(self) -> bool:
        """Say whether the document could be destroyed earlier than before."""
        if self.old_due == self.new_due:
            return False
        return self.old_due is None or (
            self.new_due is not None and self.new_due < self.old_due
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Adoption:
    """A policy, what adopting it changes, and whether it was adopted."""

    hash: str
    packs: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]
    is_adopted: bool


def adopt_policy(vault: Vault, policy: PolicySet, *, is_dry_run: bool) -> Adoption:
    """Show the effect first, then pin the policy by hash; dates never get shorter."""
    if is_dry_run:
        return _adoption(policy, _effects(vault, policy), is_adopted=False)
    with writing(vault, "policy adopt"):
        effects = _effects(vault, policy)
        shortened = [effect for effect in effects if effect.is_shortened]
        if shortened:
            raise PolicyRefusal(
                f"{len(shortened)} documents could be destroyed earlier, "
                f"such as {shortened[0].code}",
                hint="a pack may only lengthen what is promised to filed documents",
                code="policy.shortens",
            )
        _adopt(vault, policy)
    return _adoption(policy, effects, is_adopted=True)


def _effects(vault: Vault, policy: PolicySet) -> tuple[Effect, ...]:
    effects = []
    for client_row, client in visible_clients(vault):
        today = vault.today(client.jurisdiction)
        for row in documents_of(vault, client_row.id):
            try:
                details = vault.records.open_document(row)
            except LedgerVaultError:
                continue
            subject = subject_of(row, details)
            due = retention_of(subject, client, policy, today=today).due
            if due != row.due:
                effects.append(Effect(row.code, row.due, due))
    return tuple(effects)


def _adopt(vault: Vault, policy: PolicySet) -> None:
    packs = [[pack.id, pack.version, pack.source_hash] for pack in policy.packs]
    digest = policy.hash()
    with vault.act() as act:
        facts = {"hash": digest, "packs": packs}
        sequence = act.log("policy.adopted", objects=("policy",), facts=facts)
        row = PolicyRow(digest, canonical_json(policy.to_json()), sequence)
        act.tx.put_policy(row)
        vault.policy = policy
        for client_row, client in visible_clients(vault):
            redate_client(vault, act, client_row.id, client)


def _adoption(
    policy: PolicySet, effects: tuple[Effect, ...], *, is_adopted: bool
) -> Adoption:
    packs = tuple((pack.id, pack.version) for pack in policy.packs)
    return Adoption(policy.hash(), packs, effects, is_adopted)
