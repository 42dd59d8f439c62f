"""Adopt policy packs and overrides: show the effect, then pin them inside the vault."""

import dataclasses
import functools
from collections.abc import Iterator

from ledgervault.domain.adoption import (
    Effect,
    asked_level,
    readers,
    recorded_sections,
)
from ledgervault.domain.approvals import Demand
from ledgervault.domain.building import build_override
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.overrides import list_loosenings
from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.errors import LedgerVaultError, PolicyRefusal
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import DocumentRow, PolicyRow
from ledgervault.vault.approvals import UsableApproval, require_approval
from ledgervault.vault.authority import authorise
from ledgervault.vault.filing import retention_of
from ledgervault.vault.finding import get_client, visible_clients
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import override_token, policy_for
from ledgervault.vault.redating import documents_of, redate_client, subject_of
from ledgervault.vault.truth import ADOPTED
from ledgervault.vault.writing import writing

SHORTENING = (Demand(("partner", "owner"), 2),)


@dataclasses.dataclass(frozen=True, slots=True)
class Adoption:
    """A policy, what adopting it changes, and whether it was adopted."""

    hash: str
    packs: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]
    is_adopted: bool
    recorded: tuple[str, ...] = ()


def adopt_policy(
    vault: Vault, policy: PolicySet, *, is_dry_run: bool, shortens: bool = False
) -> Adoption:
    """Show the effect first, then pin the policy by hash; overrides are kept.

    Raises PolicyRefusal where dates would get shorter. With `shortens` somebody
    has asked for just that: it takes the approval of two others, owners or partners.
    """
    authorise(vault, "policy")
    policy = PolicySet(policy.packs, vault.policy.overrides)
    _refuse_loosening(policy)
    return _adopt_checked(vault, policy, is_dry_run=is_dry_run, shortens=shortens)


def adopt_override(
    vault: Vault, override: Pack, client: str, *, is_dry_run: bool
) -> Adoption:
    """Adopt a client's own rules beside the packs; they only ever tighten."""
    authorise(vault, "policy")
    _row, known = get_client(vault, client)
    if override.client != known.code:
        raise PolicyRefusal(
            f"this override is written for another client than {known.code}",
            hint="write the code of the client after `override:`",
            code="policy.other-client",
        )
    source = {**override.source, "override": override_token(known)}
    policy = vault.policy.with_override(build_override(source))
    _refuse_loosening(policy)
    return _adopt_checked(vault, policy, is_dry_run=is_dry_run, shortens=False)


def _adopt_checked(
    vault: Vault, policy: PolicySet, *, is_dry_run: bool, shortens: bool
) -> Adoption:
    if is_dry_run:
        return _adoption(policy, tuple(_effects(vault, policy)), is_adopted=False)
    with writing(vault, "policy adopt"):
        effects = tuple(_effects(vault, policy))
        approval = _agreed_shortening(vault, policy, effects, shortens=shortens)
        _adopt(vault, policy, approval)
    return _adoption(policy, effects, is_adopted=True)


def _refuse_loosening(policy: PolicySet) -> None:
    packs = PolicySet(policy.packs)
    for override in policy.overrides:
        found = next(list_loosenings(override, packs), None)
        if found is not None:
            why = found.template.format(**found.values)
            raise PolicyRefusal(
                f"the rules of a client ({override.id}) would permit more: {why}",
                hint="adopt stricter rules for that client first",
                code="policy.override-loosens",
            )


def _agreed_shortening(
    vault: Vault, policy: PolicySet, effects: tuple[Effect, ...], *, shortens: bool
) -> UsableApproval | None:
    shortened = [effect for effect in effects if effect.is_shortened]
    if not shortened:
        return None
    if not shortens:
        raise PolicyRefusal(
            f"{len(shortened)} documents could be destroyed earlier, "
            f"such as {shortened[0].code}",
            hint="a pack may only lengthen what is promised to filed documents",
            code="policy.shortens",
        )
    # What is agreed to is the change of rules; papers come and go meanwhile.
    parameters = {
        "policy_before": vault.policy.hash(),
        "policy_after": policy.hash(),
        "packs": _packs(policy),
    }
    return require_approval(vault, "policy.shorten", parameters, SHORTENING)


def _effects(vault: Vault, policy: PolicySet) -> Iterator[Effect]:
    for client_row, client in visible_clients(vault):
        comparing = _Comparing(vault, policy, client)
        for row in documents_of(vault, client_row.id):
            try:
                details = vault.records.open_document(row)
            except LedgerVaultError:
                continue
            effect = comparing.effect(row, details)
            if effect.is_changed:
                yield effect


class _Comparing:
    """Two policies as they apply to one client's documents."""

    def __init__(self, vault: Vault, policy: PolicySet, client: Client) -> None:
        self._client = client
        self._policy = policy
        self._own = policy_for(client, policy)
        self._today = vault.today(client.jurisdiction)
        self._old_readers = self._reading(policy_for(client, vault.policy))
        self._new_readers = self._reading(self._own)

    def effect(self, row: DocumentRow, details: DocumentDetails) -> Effect:
        subject = subject_of(row, details)
        due = retention_of(subject, self._client, self._policy, today=self._today).due
        level = asked_level(row.series, details.level, details.detected, self._own)
        return Effect(
            row.code,
            row.due,
            due,
            old_level=details.level,
            new_level=level,
            old_readers=self._old_readers(row.series, details.level),
            new_readers=self._new_readers(row.series, details.level),
        )

    def _reading(
        self, policy: PolicySet
    ) -> "functools._lru_cache_wrapper[tuple[str, ...]]":
        # Documents of a client share few pairs of series and level.
        @functools.lru_cache(maxsize=1024)
        def found(series: str, level: str) -> tuple[str, ...]:
            return readers(series, level, policy, self._today)

        return found


def _packs(policy: PolicySet) -> list[list[str]]:
    return [
        [pack.id, pack.version, pack.source_hash]
        for pack in (*policy.packs, *policy.overrides)
    ]


def _adopt(vault: Vault, policy: PolicySet, approval: UsableApproval | None) -> None:
    digest = policy.hash()
    clients = visible_clients(vault)
    with vault.act() as act:
        if approval is not None:
            approval.use(act)
        facts = {
            "hash": digest,
            "packs": _packs(policy),
            "clients": [row.id.hex() for row, _client in clients],
        }
        sequence = act.log(ADOPTED, objects=("policy",), facts=facts)
        row = PolicyRow(digest, canonical_json(policy.to_json()), sequence)
        act.tx.put_policy(row)
        vault.policy = policy
        vault.rulings.forget()
        for client_row, client in clients:
            redate_client(vault, act, client_row.id, client)


def _adoption(
    policy: PolicySet, effects: tuple[Effect, ...], *, is_adopted: bool
) -> Adoption:
    packs = tuple((p.id, p.version) for p in (*policy.packs, *policy.overrides))
    recorded = recorded_sections(policy)
    return Adoption(policy.hash(), packs, effects, is_adopted, recorded)
