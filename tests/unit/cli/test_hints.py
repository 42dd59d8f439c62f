"""A message or page never sends anyone to a command that is not there."""

import re
from pathlib import Path

import pytest
import typer

from ledgervault import errors
from ledgervault.cli.tree import build_app

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = Path(errors.__file__).parent
QUOTED = re.compile(r"`vault ([a-z][a-z -]*)")
SHOWN = re.compile(r"^(?:\S+ \S+ \S+ \S+ \S+ +)?vault ((?:[a-z]+ ?)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def tree():
    return typer.main.get_command(build_app())


def leads_somewhere(tree, words):
    command, left = tree, 0
    for word in words:
        children = getattr(command, "commands", None)
        if children is None:
            return True
        if left:
            left -= 1  # a group may ask for a word of its own: register KIND add
            continue
        if word.startswith("-"):
            return True
        if word not in children:
            return False
        command = children[word]
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        left = len(arguments)
    return True


def test_commands_quoted_in_messages_exist(tree):
    quoted = [
        (path.name, words)
        for path in SOURCE.rglob("*.py")
        for words in QUOTED.findall(path.read_text())
    ]
    assert len(quoted) > 40
    assert [one for one in quoted if not leads_somewhere(tree, one[1].split())] == []


def test_commands_shown_in_pages_exist(tree):
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    shown = [
        (page.name, words)
        for page in pages
        for block in re.findall(r"```(?:sh)?\n(.*?)```", page.read_text(), re.DOTALL)
        for words in SHOWN.findall(block)
    ]
    assert len(shown) > 60
    assert [one for one in shown if not leads_somewhere(tree, one[1].split())] == []


def test_tests_named_by_the_threat_model_exist():
    page = (REPOSITORY / "docs" / "design" / "threat-model.md").read_text()
    named = set(re.findall(r"test_[a-z_]+\.py", page))
    there = {path.name for path in (REPOSITORY / "tests").rglob("test_*.py")}
    assert len(named) > 3
    assert named - there == set()


def test_every_label_of_the_keys_stands_on_the_formats_page():
    from ledgervault.crypto import labels

    page = (REPOSITORY / "docs" / "design" / "formats.md").read_text()
    wanted = {
        value.decode()
        for name, value in vars(labels).items()
        if name.isupper() and isinstance(value, bytes) and len(value) > 1
    }
    assert len(wanted) > 10
    assert {label for label in wanted if label not in page} == set()
