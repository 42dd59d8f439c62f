"""Check that a client's own rules only tighten; each that loosens has its place."""

from collections.abc import Iterator, Sequence

from ledgervault.domain.building import build_override
from ledgervault.domain.overrides import Loosening, list_loosenings
from ledgervault.domain.policy import PolicySet
from ledgervault.policyfile.files import PolicyFile
from ledgervault.policyfile.nodes import find_node
from ledgervault.policyfile.problems import Problem


def override_problems(
    files: Sequence[PolicyFile], policy: PolicySet
) -> Iterator[Problem]:
    """Yield every rule of an override that permits more than the packs do."""
    for file in files:
        pack = build_override(file.data)
        for found in list_loosenings(pack, policy):
            yield _problem(file, found)


def _problem(file: PolicyFile, found: Loosening) -> Problem:
    rules = [node for node, _rule in file.rules(found.section)]
    at = find_node(rules[found.number], *found.keys)
    hint = "an override may only tighten"
    return file.problem(at, found.template, hint, **found.values)
