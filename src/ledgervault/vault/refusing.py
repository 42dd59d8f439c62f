"""How a refusal by policy is worded: the rule, the law, who may, and what mends it."""

from collections.abc import Iterator
from datetime import date

from ledgervault.domain.access import AccessQuestion, decide_access
from ledgervault.domain.deciding import ALLOW
from ledgervault.domain.decisions import Decision
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.registers import how_to_enter
from ledgervault.domain.vocabulary import ROLES
from ledgervault.errors import PolicyRefusal
from ledgervault.ids import short_code
from ledgervault.vault.opened import Vault


def worded_refusal(
    vault: Vault, decision: Decision, level: str, series: str, today: date
) -> PolicyRefusal:
    """Write why something is refused, by which rule and law, and the way out."""
    role = decision.facts["role"]
    operation = decision.facts["operation"]
    problem = decision.facts["hint"]
    law = f" ({decision.citation})" if decision.citation else ""
    return PolicyRefusal(
        f"the role {role} may not {operation}: {problem}; rule {decision.rule}{law}",
        hint=_way_out(vault, decision, level, series, today),
        code="policy.access",
        details={"decision": decision.as_json()},
    )


def _way_out(
    vault: Vault, decision: Decision, level: str, series: str, today: date
) -> str:
    command = _mending(vault, decision.rule, today)
    if command and decision.facts["hint"].startswith("register "):
        able = ", ".join(_able(vault.policy, "register", ("", ""), today))
        return f"ask one who may enter it ({able}): {command}"
    able = ", ".join(
        _able(vault.policy, decision.facts["operation"], (level, series), today)
    )
    if not able:
        return "no rule permits it to anybody; an owner adopts one: vault policy adopt"
    return f"permitted to: {able}"


def _mending(vault: Vault, rule_id: str, today: date) -> str:
    """Return the command that enters the first register a rule finds wanting."""
    kept = vault.rulings.registers or {}
    for pack in (*vault.policy.packs, *vault.policy.overrides):
        for rule in pack.access:
            wanting = [
                name for name in rule.requires if kept.get(name, date.min) < today
            ]
            if rule.id == rule_id and wanting:
                code = short_code("U", vault.me.id)
                return how_to_enter(wanting[0], code, vault.policy)
    return ""


def _able(
    policy: PolicySet, operation: str, paper: tuple[str, str], today: date
) -> Iterator[str]:
    """Yield the roles that may, registers taken as kept; `paper` is level and series."""
    rules = [rule for pack in policy.packs for rule in pack.access]
    kept = {name: date.max for rule in rules for name in rule.requires}
    for role in ROLES:
        asked = AccessQuestion(
            role=role,
            operation=operation,
            today=today,
            level=paper[0],
            series=paper[1],
            registers=kept,
            granted_on=today,
        )
        if decide_access(asked, policy).result == ALLOW:
            yield role
