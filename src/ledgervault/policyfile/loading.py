"""Load packs: every file, every problem, then the rules that refer to each other."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.policy import SECTIONS, Pack, PolicySet
from ledgervault.policyfile.checks import cross_problems
from ledgervault.policyfile.files import PolicyFile
from ledgervault.policyfile.including import include_packs
from ledgervault.policyfile.overriding import override_problems
from ledgervault.policyfile.problems import PolicyInvalid, Problem, problem_at

Source = tuple[str, bytes]  # file name as shown, content
FindPack = Callable[[str], Sequence[Source] | None]


def load_pack(text: bytes, *, file: str) -> Pack:
    """Load a pack of one file; PolicyInvalid with every problem."""
    return load_packs([(file, text)]).packs[0]


def load_packs(sources: Sequence[Source], find: FindPack | None = None) -> PolicySet:
    """Load packs of one or more files each; PolicyInvalid with every problem.

    `find` gives the files of a pack that another one includes; included packs
    come after those that were named. Files of a client's own rules are checked
    against the packs and kept apart.
    """
    files = _read(sources)
    included, problems = include_packs(files, find)
    files += included
    problems += [problem for file in files for problem in file.problems]
    _raise_any([*problems, *cross_problems(files)])
    own = [file for file in files if file.override]
    packs = _merged([file for file in files if file.pack], "pack")
    if not packs:
        _raise_any([own[0].problem(own[0].node(), _ALONE)])
    policy = PolicySet(tuple(build_pack(one) for one in packs))
    _raise_any(override_problems(own, policy))
    overrides = tuple(build_override(one) for one in _merged(own, "override"))
    return PolicySet(policy.packs, overrides)


def load_override(sources: Sequence[Source], policy: PolicySet) -> Pack:
    """Load the own rules of one client against the packs they tighten."""
    files = _read(sources)
    problems = [problem for file in files for problem in file.problems]
    problems += [
        file.problem(file.node("pack"), "an override is expected here")
        for file in files
        if file.root is not None and not file.override
    ]
    if len({file.override for file in files}) > 1:
        message = "these overrides are of several clients"
        problems.append(problem_at((files[0].name, 1, 1), message))
    _raise_any(problems)
    known = [series.id for series in policy.all_series()]
    _raise_any([*cross_problems(files, known), *override_problems(files, policy)])
    return build_override(_merged(files, "override")[0])


_ALONE = "an override needs the packs it tightens"


def _read(sources: Sequence[Source]) -> list[PolicyFile]:
    if not sources:
        _raise_any([problem_at(("policy", 1, 1), "no policy file was given")])
    return [PolicyFile(name, content) for name, content in sources]


def _raise_any(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise PolicyInvalid(found)


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
