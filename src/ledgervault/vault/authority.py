"""Where access is enforced: the adopted policy is asked before a use case acts.

A rule never opens what no grant does: this is the firm's word on top of the keys.
Nothing is permitted without a rule, but for two ways out: an owner may always adopt
a policy, or a bad one could never be replaced, and recovery may bring owners back.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import cast

from ledgervault.domain.access import AccessQuestion, decide_access
from ledgervault.domain.approvals import Demand, together
from ledgervault.domain.deciding import ALLOW, NO_RULE, rules_in_force
from ledgervault.domain.decisions import Decision
from ledgervault.domain.demands import demanded_approvals
from ledgervault.domain.policy import LEVELS, PolicySet, highest_level
from ledgervault.domain.roster import RECOVERY
from ledgervault.domain.rules import AccessRule
from ledgervault.errors import PolicyRefusal
from ledgervault.ids import ClientId, CompartmentId, FolderId
from ledgervault.ports.rows import DocumentFilter, DocumentRow
from ledgervault.vault.finding import client_codes
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.refusing import worded_refusal
from ledgervault.vault.registers import satisfied_until

OWNER = "owner"
# What no policy can take away: an owner adopts another, recovery brings owners back.
ALWAYS = {OWNER: frozenset({"policy"}), RECOVERY: frozenset({"user", "grant", "key"})}
WORLD = "INT"
LEAVES = 1 << 17  # more than a folder holds


def authorise(
    vault: Vault,
    operation: str,
    *,
    level: str = "",
    series: str = "",
    client: ClientId | None = None,
) -> None:
    """Refuse what no rule of the adopted policy permits the acting person.

    Empty level and series: no paper is asked for yet. `client` brings in that
    client's own rules. Raises PolicyRefusal `policy.access`.
    """
    refusal = find_refusal(vault, operation, level=level, series=series, client=client)
    if refusal is not None:
        raise refusal


def authorise_paper(vault: Vault, operation: str, row: DocumentRow) -> None:
    """Refuse an operation on a paper by its level and series, before it is opened.

    A paper of a client whom the person cannot see is left to the keys: another
    answer than for a paper without a grant would tell what it is.
    """
    if not _is_unbounded(vault, operation) and row.client_id in client_codes(vault):
        refusal = _find_on_paper(vault, operation, row)
        if refusal is not None:
            raise refusal


def permitting(vault: Vault, operation: str) -> Callable[[DocumentRow], bool]:
    """Return what says whether an operation on a paper is permitted; for lists.

    The question is prepared once, so that many papers cost next to nothing.
    """
    if _is_unbounded(vault, operation):
        return lambda _row: True
    vault.records.read_ahead()
    known: dict[tuple[CompartmentId, str], bool] = {}

    def may(row: DocumentRow) -> bool:
        key = (row.compartment_id, row.series)
        if key not in known:
            known[key] = _find_on_paper(vault, operation, row) is None
        return known[key]

    return may


def authorise_folder(vault: Vault, operation: str, folder: FolderId) -> None:
    """Refuse an operation on a folder by its series and its highest paper."""
    refusal = _find_on_folder(vault, operation, folder)
    if refusal is not None:
        raise refusal


def is_folder_permitted(vault: Vault, operation: str, folder: FolderId) -> bool:
    """Say whether an operation on a folder is permitted; for leaving out of lists."""
    return _find_on_folder(vault, operation, folder) is None


def demanded(
    vault: Vault, operation: str, *, level: str = "", client: ClientId | None = None
) -> tuple[Demand, ...]:
    """Return whose approval an operation takes first; empty for most.

    Whether it is permitted at all, `authorise` says.
    """
    policy = _policy(vault, client)
    rules = _rules_of(policy, vault.me.roles, operation, _today(vault))
    if not any(one.approvals for one in rules):
        return ()
    asked = _questions(vault, operation, level, "", _registers(vault))
    return together([demanded_approvals(one, policy) for one in asked])


def find_refusal(
    vault: Vault, operation: str, *, level: str, series: str, client: ClientId | None
) -> PolicyRefusal | None:
    """Return why a person may not do something, or None if he may."""
    # Only a client's own rules tell one client from another.
    client = client if vault.policy.overrides else None
    key = (operation, level, series, client, _today(vault))
    decision = vault.rulings.decisions.get(key)
    if decision is None:
        decision = _decide(vault, operation, level, series, client)
        vault.rulings.decisions[key] = decision
    if decision.result == ALLOW or _is_rescue(vault, operation):
        return None
    return worded_refusal(vault, decision, level, series, _today(vault))


def _find_on_paper(
    vault: Vault, operation: str, row: DocumentRow
) -> PolicyRefusal | None:
    level = vault.records.compartment_by_id(row.compartment_id).level
    return find_refusal(
        vault, operation, level=level, series=row.series, client=row.client_id
    )


def _find_on_folder(
    vault: Vault, operation: str, folder: FolderId
) -> PolicyRefusal | None:
    if _is_unbounded(vault, operation):
        return None
    row = vault.catalogue.folder(folder)
    wanted = DocumentFilter(folder_id=folder)
    papers = vault.catalogue.documents(wanted, after=-1, limit=LEAVES)
    compartments = {one.compartment_id for one in papers}
    levels = [vault.records.compartment_by_id(one).level for one in compartments]
    level = highest_level(*levels) if levels else ""
    return find_refusal(
        vault, operation, level=level, series=row.series, client=row.client_id
    )


def _is_rescue(vault: Vault, operation: str) -> bool:
    return any(operation in ALWAYS.get(role, ()) for role in vault.me.roles)


def _decide(
    vault: Vault, operation: str, level: str, series: str, client: ClientId | None
) -> Decision:
    policy = _policy(vault, client)
    roles = vault.me.roles
    rules = list(_rules_of(policy, roles, operation, _today(vault)))
    # The log is asked only where a rule depends on it.
    registers = _registers(vault) if any(one.requires for one in rules) else {}
    decisions = [
        decide_access(one, policy)
        for one in _questions(vault, operation, level, series, registers)
    ]
    permitted = (one for one in decisions if one.result == ALLOW)
    ruled = (one for one in decisions if one.rule != NO_RULE)
    return next(permitted, None) or next(ruled, None) or decisions[0]


def _questions(
    vault: Vault,
    operation: str,
    level: str,
    series: str,
    registers: Mapping[str, date],
) -> list[AccessQuestion]:
    roles = vault.me.roles
    return [
        AccessQuestion(
            role=role,
            operation=operation,
            today=_today(vault),
            level=level,
            series=series,
            registers=registers,
            granted_on=vault.me.admitted_on,
            other_roles=roles - {role},
        )
        for role in sorted(roles)
    ]


def _policy(vault: Vault, client: ClientId | None) -> PolicySet:
    if client is None or client not in client_codes(vault):
        return vault.policy
    known = vault.records.open_client(vault.records.client_row(client))
    return policy_for(known, vault.policy)


def _is_unbounded(vault: Vault, operation: str) -> bool:
    """Say whether papers of any level and series are permitted alike.

    Then nobody need look up which level a paper has: lists of owners stay fast.
    """
    today = _today(vault)
    known = vault.rulings.unbounded.get((operation, today))
    if known is None:
        rules = list(_rules_of(vault.policy, vault.me.roles, operation, today))
        known = not vault.policy.overrides and all("*" in one.series for one in rules)
        known = known and (
            find_refusal(vault, operation, level=LEVELS[-1], series="", client=None)
            is None
        )
        vault.rulings.unbounded[operation, today] = known
    return known


def _rules_of(
    policy: PolicySet, roles: frozenset[str], operation: str, today: date
) -> Iterator[AccessRule]:
    for _pack, one in rules_in_force(policy, "access", today):
        rule = cast("AccessRule", one)
        if rule.role in roles and operation in rule.operations:
            yield rule


def _today(vault: Vault) -> date:
    """Return the legal day where the packs are at home."""
    if not vault.rulings.home:
        homes = (pack.jurisdiction for pack in vault.policy.packs)
        vault.rulings.home = next((one for one in homes if one != WORLD), WORLD)
    return vault.today(vault.rulings.home)


def _registers(vault: Vault) -> dict[str, date]:
    if vault.rulings.registers is None:
        vault.rulings.registers = satisfied_until(vault, vault.me.id)
    return dict(vault.rulings.registers)
