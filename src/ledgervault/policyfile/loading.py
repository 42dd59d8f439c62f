"""Load packs: every file, every problem, then the rules that refer to each other."""

from collections.abc import Iterator, Sequence
from typing import Any

from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.policyfile.language import FILE, HEADER, SECTIONS
from ledgervault.policyfile.nodes import Items, Node, Table, parse_nodes
from ledgervault.policyfile.problems import PolicyInvalid, Problem, near_miss, shown
from ledgervault.policyfile.schema import Reading

Source = tuple[str, bytes]  # file name as shown, content


def load_pack(text: bytes, *, file: str) -> Pack:
    """Load a pack of one file; PolicyInvalid with every problem."""
    return load_packs([(file, text)]).packs[0]


def load_packs(sources: Sequence[Source]) -> PolicySet:
    """Load packs of one or more files each; PolicyInvalid with every problem."""
    files = [_File(name, content) for name, content in sources]
    problems = [problem for file in files for problem in file.problems]
    if not files:
        raise PolicyInvalid([Problem("policy", 1, 1, "no policy file was given")])
    problems += _cross_problems(files)
    if problems:
        raise PolicyInvalid(problems)
    return PolicySet(tuple(build_pack(source) for source in _merged(files)))


class _File:
    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.root, self.problems = parse_nodes(content, name)
        self.data: dict[str, Any] = {}
        if self.root is not None:
            reading = Reading(name)
            self.data = FILE(self.root, reading) or {}
            self.problems = [*self.problems, *reading.problems]

    def rules(self, section: str) -> Iterator[tuple[Node, dict[str, Any]]]:
        values = self.data.get(section) or ()
        for node, value in zip(self._nodes(section), values, strict=False):
            if value is not None:
                yield node, value

    def _nodes(self, section: str) -> tuple[Node, ...]:
        if isinstance(self.root, Table):
            for key, value in self.root.entries:
                if key.text == section and isinstance(value, Items):
                    return value.items
        return ()


def _cross_problems(files: Sequence[_File]) -> Iterator[Problem]:
    yield from _repeated(files)
    yield from _unknown_series(files)
    yield from _empty_rules(files)
    yield from _headless(files)


def _repeated(files: Sequence[_File]) -> Iterator[Problem]:
    seen: set[tuple[str, str, str]] = set()
    for file in files:
        for section in SECTIONS:
            for node, rule in file.rules(section):
                key = (str(file.data.get("pack")), section, str(rule.get("id")))
                if key in seen:
                    message = f"the id {shown(key[2])} stands twice"
                    yield Problem(file.name, node.line, node.column, message)
                seen.add(key)


def _unknown_series(files: Sequence[_File]) -> Iterator[Problem]:
    known = {rule.get("id") for file in files for _n, rule in file.rules("series")}
    known.discard(None)
    for file in files:
        for node, rule in file.rules("classify"):
            wanted = (rule.get("set") or {}).get("series")
            if wanted and wanted not in known:
                hint = near_miss(wanted, {str(one) for one in known})
                message = f"unknown series {shown(wanted)}"
                yield Problem(file.name, node.line, node.column, message, hint)


def _empty_rules(files: Sequence[_File]) -> Iterator[Problem]:
    for file in files:
        for node, rule in file.rules("series"):
            retention = rule.get("retention") or {}
            is_permanent = retention.get("min") == "permanent"
            is_kept = rule.get("then") == "keep"
            place = (file.name, node.line, node.column)
            if not (retention.get("min") or retention.get("max") or is_kept):
                yield Problem(*place, "a retention needs `min`, `max`, or `then: keep`")
            elif not (is_permanent or is_kept or retention.get("trigger")):
                yield Problem(*place, "a period needs the trigger it counts from")
        for node, rule in file.rules("destroy"):
            if bool(rule.get("approvals")) == bool(rule.get("automatic")):
                hint = "an empty list never means that nobody needs to agree"
                message = (
                    "a destroy rule either names approvers or is `automatic: true`"
                )
                yield Problem(file.name, node.line, node.column, message, hint)
        for node, rule in file.rules("share"):
            is_complete = rule.get("formats") and rule.get("longest")
            if not (rule.get("refuse") or is_complete):
                hint = "or `refuse: true`; nothing is shared in any form or for ever"
                message = "a share rule names `formats` and the `longest` expiry"
                yield Problem(file.name, node.line, node.column, message, hint)


def _headless(files: Sequence[_File]) -> Iterator[Problem]:
    headed: dict[str, int] = {}
    first: dict[str, _File] = {}
    for file in files:
        pack = file.data.get("pack")
        if pack is None:
            continue
        first.setdefault(pack, file)
        present = [name for name in HEADER if name in file.data]
        headed[pack] = headed.get(pack, 0) + bool(present)
        missing = [name for name in HEADER if name not in file.data]
        if present and missing:
            message = f"the header of a pack needs {', '.join(missing)}"
            yield Problem(file.name, 1, 1, message)
    for pack, count in headed.items():
        if count != 1:
            message = f"one file of pack {shown(pack)} has its header, not {count}"
            hint = f"the header is {', '.join(HEADER)}"
            yield Problem(first[pack].name, 1, 1, message, hint)


def _merged(files: Sequence[_File]) -> list[dict[str, Any]]:
    packs: dict[str, dict[str, Any]] = {}
    for file in files:
        source = packs.setdefault(file.data["pack"], {})
        for key, value in file.data.items():
            if key in SECTIONS:
                source[key] = [*source.get(key, []), *value]
            else:
                source[key] = value
    return list(packs.values())
