"""What rules must say together: ids, references, periods, demands.

Each check yields problems; none stops the others.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod, add_period
from ledgervault.policyfile.files import PolicyFile
from ledgervault.policyfile.language import HEADER
from ledgervault.policyfile.nodes import Node, find_node
from ledgervault.policyfile.problems import (
    DID_YOU_MEAN,
    Problem,
    near_miss,
    problem_at,
    shown,
)

_ANY_DAY = date(2001, 1, 1)


def cross_problems(
    files: Sequence[PolicyFile], known: Sequence[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong between the rules of several files.

    `known` are series that other packs define.
    """
    yield from _owners(files)
    yield from _repeated(files)
    yield from _unknown_series(files, known)
    yield from _headless(files)
    for file in files:
        yield from _rule_problems(file)


def _owners(files: Sequence[PolicyFile]) -> Iterator[Problem]:
    for file in files:
        if file.root is None:
            continue
        if "pack" not in file.data and "override" not in file.data:
            yield file.problem(file.node(), "the key 'pack' is missing")
        elif "pack" in file.data and "override" in file.data:
            message = "a file is of a pack or an override, not both"
            yield file.problem(file.node("override"), message)
        elif "override" in file.data:
            for name in ("include", *HEADER):
                if name in file.data:
                    message = "an override has no '{name}'"
                    yield file.problem(file.node(name), message, name=name)


def _repeated(files: Sequence[PolicyFile]) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for file in files:
        owner = (str(file.pack), str(file.override))
        for section, node, rule in file.all_rules():
            key = (*owner, section, str(rule.get("id")))
            if key in seen:
                message = "the id {word} stands twice"
                yield file.problem(node, message, word=shown(key[-1]))
            seen.add(key)


def _unknown_series(
    files: Sequence[PolicyFile], others: Sequence[str]
) -> Iterator[Problem]:
    known = set(others) | {
        str(rule.get("id"))
        for file in files
        if not file.override
        for _node, rule in file.rules("series")
    }
    for file in files:
        for node, wanted in _series_named(file):
            if wanted and wanted not in known:
                close = near_miss(wanted, known)
                hint = DID_YOU_MEAN if close else ""
                message = "unknown series {word}"
                yield file.problem(node, message, hint, word=shown(wanted), close=close)


def _series_named(file: PolicyFile) -> Iterator[tuple[Node, str | None]]:
    for node, rule in file.rules("classify"):
        yield node, (rule.get("set") or {}).get("series")
    for node, rule in file.rules("registers"):
        yield find_node(node, "keep"), rule.get("keep")


def _headless(files: Sequence[PolicyFile]) -> Iterator[Problem]:
    headed: dict[str, int] = {}
    first: dict[str, PolicyFile] = {}
    for file in files:
        if file.pack is None:
            continue
        first.setdefault(file.pack, file)
        present = [name for name in HEADER if name in file.data]
        headed[file.pack] = headed.get(file.pack, 0) + bool(present)
        missing = [name for name in HEADER if name not in file.data]
        if present and missing:
            message = "the header of a pack needs {names}"
            yield problem_at((file.name, 1, 1), message, names=", ".join(missing))
    for pack, count in headed.items():
        if count != 1:
            message = "one file of pack {word} has its header, not {count}"
            hint = "the header is {names}"
            values = {"word": shown(pack), "count": str(count)}
            place = (first[pack].name, 1, 1)
            yield problem_at(place, message, hint, **values, names=", ".join(HEADER))


def _rule_problems(file: PolicyFile) -> Iterator[Problem]:
    checks = {
        "series": _series_problems,
        "share": _share_problems,
        "destroy": _destroy_problems,
        "archive": _archive_problems,
        "registers": _register_problems,
    }
    for section, node, rule in file.all_rules():
        first, last = rule.get("effective_from"), rule.get("effective_to")
        if first and last and last < first:
            message = "the rule ends before it begins"
            yield file.problem(find_node(node, "effective_to"), message)
        if section in checks:
            yield from checks[section](file, node, rule)


def _series_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    retention = rule.get("retention") or {}
    is_permanent = retention.get("min") == "permanent"
    is_kept = rule.get("then") == "keep"
    has_period = retention.get("min") or retention.get("max")
    if not (has_period or is_kept):
        yield file.problem(node, "a retention needs `min`, `max`, or `then: keep`")
    elif not (is_permanent or is_kept or retention.get("trigger")):
        yield file.problem(node, "a period needs the trigger it counts from")


def _destroy_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    if bool(rule.get("approvals")) == bool(rule.get("automatic")):
        hint = "an empty list never means that nobody needs to agree"
        message = "a destroy rule either names approvers or is `automatic: true`"
        yield file.problem(node, message, hint)
    if rule.get("witness_from") and not rule.get("witnesses"):
        message = "a rule that says where witnesses come from says how many"
        yield file.problem(find_node(node, "witness_from"), message)


def _share_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    is_complete = rule.get("formats") and rule.get("longest")
    if not (rule.get("refuse") or is_complete):
        hint = "or `refuse: true`; nothing is shared in any form or for ever"
        message = "a share rule names `formats` and the `longest` expiry"
        yield file.problem(node, message, hint)
    if "counter" not in rule:
        return
    counter = rule["counter"] or {}
    at = find_node(node, "counter")
    if not (counter.get("subjects") or counter.get("sensitive_subjects")):
        message = "a counter names `subjects`, `sensitive_subjects`, or both"
        yield file.problem(at, message)


def _archive_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    handed = rule.get("hand_over") or {}
    after, latest = handed.get("after"), handed.get("latest")
    if after and latest and _reach(after) > _reach(latest):
        message = "the hand-over begins after its last day"
        yield file.problem(find_node(node, "hand_over", "after"), message)


def _register_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    fields = rule.get("fields") or {}
    for name, field in fields.items():
        if field and (field.get("type") == "choice") != bool(field.get("options")):
            message = "a field of type choice, and no other, has options"
            yield file.problem(find_node(node, "fields", name), message)
    yield from _counting_problems(file, node, rule)
    for deadline in rule.get("deadlines") or ():
        yield from _deadline_problems(file, node, rule, deadline or {})


def _counting_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any]
) -> Iterator[Problem]:
    counts = rule.get("counts") or ()
    if rule.get("satisfies") and not counts:
        message = "a register that satisfies something names the states that count"
        hint = "add the key 'counts' with some of the states"
        yield file.problem(find_node(node, "satisfies"), message, hint)
    for state in [counts] if isinstance(counts, str) else counts:
        if state not in (rule.get("states") or ()):
            at = find_node(node, "counts")
            yield file.problem(at, "unknown state {word}", word=shown(state))


def _deadline_problems(
    file: PolicyFile, node: Node, rule: dict[str, Any], deadline: dict[str, Any]
) -> Iterator[Problem]:
    at = find_node(node, "deadlines")
    state, after = deadline.get("state"), deadline.get("after")
    states = rule.get("states") or ()
    if not state and not after:
        yield file.problem(
            at, "a deadline names a state to reach or what it runs after"
        )
    if state and state not in states:
        yield file.problem(at, "unknown state {word}", word=shown(state))
    field = (rule.get("fields") or {}).get(after) or {}
    if after and after not in states and field.get("type") != "date":
        message = "{word} is neither a state nor a field of type date"
        yield file.problem(at, message, word=shown(after))


def _reach(period: str) -> date:
    return add_period(_ANY_DAY, CalendarPeriod.parse(period)) or date.max
