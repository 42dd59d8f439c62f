"""Packs that a pack brings along; circles and unknown names are problems."""

from collections.abc import Callable, Iterator, Sequence

from ledgervault.policyfile.files import PolicyFile
from ledgervault.policyfile.problems import Problem, shown

FindSources = Callable[[str], Sequence[tuple[str, bytes]] | None]
MAX_PACKS = 64


def include_packs(
    files: Sequence[PolicyFile], find: FindSources | None
) -> tuple[list[PolicyFile], list[Problem]]:
    """Return the files of included packs that are not there yet, and problems."""
    known = {file.pack for file in files}
    added: list[PolicyFile] = []
    problems: list[Problem] = []
    waiting = list(files)
    while waiting and len(known) < MAX_PACKS:
        file = waiting.pop(0)
        for name in _names(file):
            if name in known:
                continue
            sources = find(name) if find is not None else None
            if sources is None:
                message = "there is no pack {word} to include"
                at = file.node("include")
                problems.append(file.problem(at, message, word=shown(name)))
                continue
            known.add(name)
            fresh = [PolicyFile(*source) for source in sources]
            added += fresh
            waiting += fresh
    return added, [*problems, *_circles([*files, *added])]


def _names(file: PolicyFile) -> list[str]:
    return [name for name in file.data.get("include") or () if name]


def _circles(files: Sequence[PolicyFile]) -> Iterator[Problem]:
    wanted: dict[str, set[str]] = {}
    for file in files:
        wanted.setdefault(str(file.pack), set()).update(_names(file))
    for file in files:
        for name in _names(file):
            if str(file.pack) in _reached(name, wanted):
                message = "pack {word} includes itself in a circle"
                at = file.node("include")
                yield file.problem(at, message, word=shown(str(file.pack)))


def _reached(name: str, wanted: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += wanted.get(one, ())
    return reached
