"""Load packs: every file, every problem, then the rules that refer to each other."""

from collections.abc import Callable, Sequence
from typing import Any

from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.policy import SECTIONS, Pack, PolicySet
from ledgervault.policyfile.checks import cross_problems
from ledgervault.policyfile.files import PolicyFile
from ledgervault.policyfile.including import include_packs
from ledgervault.policyfile.overriding import override_problems
from ledgervault.policyfile.problems import PolicyInvalid, problem_at

Source = tuple[str, bytes]  # file name as shown, content
FindPack = Callable[[str], Sequence[Source] | None]


def load_pack(text: bytes, *, file: str) -> Pack:
    """Load a pack of one file; PolicyInvalid with every problem."""
    return load_packs([(file, text)]).packs[0]


def load_packs(sources: Sequence[Source], find: FindPack | None = None) -> PolicySet:
    """Load packs of one or more files each; PolicyInvalid with every problem.

    `find` gives the files of a pack that another one includes; included packs
    come after those that were named.
    """
    policy, files = _load(sources, find)
    if not policy.packs:
        place = (files[0].name, 1, 1)
        message = "an override needs the packs it tightens"
        raise PolicyInvalid([problem_at(place, message)])
    return policy


def load_override(sources: Sequence[Source], policy: PolicySet) -> Pack:
    """Load a client's own rules against the packs they tighten."""
    files = [PolicyFile(name, content) for name, content in sources]
    problems = [problem for file in files for problem in file.problems]
    others = [file for file in files if file.root is not None and not file.override]
    problems += [
        file.problem(file.node("pack"), "an override is expected here")
        for file in others
    ]
    problems += [] if others else cross_problems(files)
    if not problems:
        problems += override_problems(files, policy)
    if len({file.override for file in files}) > 1:
        message = "these overrides are of several clients"
        problems.append(problem_at((files[0].name, 1, 1), message))
    if problems:
        raise PolicyInvalid(problems)
    return build_override(_merged(files, "override")[0])


def _load(
    sources: Sequence[Source], find: FindPack | None
) -> tuple[PolicySet, list[PolicyFile]]:
    files = [PolicyFile(name, content) for name, content in sources]
    if not files:
        message = "no policy file was given"
        raise PolicyInvalid([problem_at(("policy", 1, 1), message)])
    included, problems = include_packs(files, find)
    files += included
    problems += [problem for file in files for problem in file.problems]
    problems += cross_problems(files)
    if problems:
        raise PolicyInvalid(problems)
    packs = [file for file in files if file.pack]
    own = [file for file in files if file.override]
    policy = PolicySet(tuple(build_pack(one) for one in _merged(packs, "pack")))
    problems = list(override_problems(own, policy))
    if problems:
        raise PolicyInvalid(problems)
    overrides = tuple(build_override(one) for one in _merged(own, "override"))
    return PolicySet(policy.packs, overrides), files


def _merged(files: Sequence[PolicyFile], owner: str) -> list[dict[str, Any]]:
    owners: dict[str, dict[str, Any]] = {}
    for file in files:
        source = owners.setdefault(file.data[owner], {})
        for key, value in file.data.items():
            if key in SECTIONS:
                source[key] = [*source.get(key, []), *value]
            else:
                source[key] = value
    return list(owners.values())
