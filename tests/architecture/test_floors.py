import ast
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "ledgervault"
MODULES = sorted(SOURCE.rglob("*.py"))
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "common",
    "misc",
    "manager",
    "base",
    "core",
}
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "src",
    "policies",
    "tests",
    "docs",
}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_floors_and_wings_are_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_code_is_formatted_linted_and_typed():
    for argv in (
        ["ruff", "check", "src", "tests"],
        ["ruff", "format", "--check", "src", "tests"],
        ["mypy"],
    ):
        program = Path(sys.executable).with_name(argv[0])
        done = subprocess.run(
            [str(program), *argv[1:]],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def long_ones(tree):
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for one in functions:
        if one.end_lineno - one.body[0].lineno >= MAX_FUNCTION_LINES:
            yield one.name


def test_files_and_functions_stay_small():
    assert len(MODULES) > 100
    long_files, long_functions = [], []
    for path in MODULES:
        text = path.read_text()
        if text.count("\n") > MAX_FILE_LINES:
            long_files.append(str(path))
        long_functions += [f"{path}:{name}" for name in long_ones(ast.parse(text))]
    assert (long_files, long_functions) == ([], [])


def test_no_module_has_a_name_that_says_nothing():
    assert {path.stem for path in MODULES} & FORBIDDEN_NAMES == set()


def test_top_level_is_the_agreed_one():
    names = {name.split("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_internal_links_of_the_documents_resolve():
    pages = [REPOSITORY / name for name in tracked() if name.endswith(".md")]
    assert len(pages) > 10
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_reference_of_the_command_line_equals_the_program():
    from ledgervault.cli.reference import reference_text

    page = REPOSITORY / "docs" / "reference" / "cli.md"
    assert page.read_text() == reference_text()


def test_every_exit_code_is_documented():
    from ledgervault import errors

    page = (REPOSITORY / "docs" / "reference" / "exit-codes.md").read_text()
    codes = {
        value.exit_code
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.LedgerVaultError)
    }
    assert codes == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
    assert all(f"| {code} |" in page for code in codes)


def test_help_and_version_import_nothing_heavy():
    program = (
        "import sys\nfrom ledgervault.__main__ import main\nmain(['--help'])\n"
        "heavy = {'sqlalchemy', 'cryptography', 'rich', 'yaml', 'alembic', 'zstandard'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
