"""No use case without a gate: each asks the policy before it does anything."""

import ast
from pathlib import Path

from ledgervault import services
from ledgervault.domain.vocabulary import OPERATIONS
from ledgervault.services.gates import NOT_USE_CASES, OWN_MATTERS, USE_CASES

SERVICES = Path(services.__file__).parent
SOURCE = SERVICES.parent


def module_name(path):
    return ".".join(path.relative_to(SERVICES).with_suffix("").parts)


def is_a_part(module, node):
    return bool({module, f"{module}.{node.name}"} & NOT_USE_CASES)


def public_functions():
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            given = [*node.args.args, *node.args.kwonlyargs]
            if any("Vault" in ast.unparse(one.annotation) for one in given):
                yield module_name(path), node


def gate_of(node):
    """Return the operation that a function's first statement asks for."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    first = body[0]
    call = first.value if isinstance(first, ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "authorise":
        return None
    return call.args[1].value if len(call.args) == 2 and not call.keywords else None


def test_every_use_case_asks_for_its_operation_first():
    found = {
        f"{module}.{node.name}": gate_of(node)
        for module, node in public_functions()
        if not is_a_part(module, node) and module not in OWN_MATTERS
    }
    assert len(found) > 30
    assert found == dict(USE_CASES)


def test_operations_of_use_cases_are_words_of_the_policy_language():
    assert set(USE_CASES.values()) <= set(OPERATIONS)


def test_what_is_no_use_case_is_reached_through_one_only():
    modules = {module_name(path) for path in SERVICES.rglob("*.py")}
    modules |= {f"{module}.{node.name}" for module, node in public_functions()}
    assert set(NOT_USE_CASES | OWN_MATTERS) <= modules
    functions = {
        (f"ledgervault.services.{module}", node.name)
        for module, node in public_functions()
        if is_a_part(module, node)
    }
    assert len(functions) > 10
    outside = [path for path in SOURCE.rglob("*.py") if SERVICES not in path.parents]
    imported = {
        (node.module, name.name)
        for path in outside
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert functions & imported == set()
