"""Every message that is raised has its Chinese, filled in or not."""

import ast
from pathlib import Path

import pytest

from ledgervault import errors
from ledgervault.cli.chinese import catalogue, singular
from ledgervault.cli.words import choose_language, phrase, translate

SOURCE = Path(errors.__file__).parent
RAISED = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.LedgerVaultError)
}
# Values that only look right in their place: an act in `cannot ACT PATH: REASON`.
SAMPLE = "Q7"


@pytest.fixture
def chinese():
    choose_language("zh")
    yield
    choose_language("en")


def branches(node):
    if isinstance(node, ast.IfExp):
        return [*branches(node.body), *branches(node.orelse)]
    return [node]


def sample(node):
    """Return a message with something at each of its places; None if it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (
            part.value if isinstance(part, ast.Constant) else SAMPLE
            for part in node.values
        )
        return "".join(parts)
    if isinstance(node, ast.BinOp):
        left = sample(node.left)
        return None if left is None else left + SAMPLE
    return None


def error_makers(tree):
    """Return functions that make an error out of a text they are given."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        given = {one.arg for one in node.args.args}
        for call in ast.walk(node):
            if getattr(getattr(call, "func", None), "id", "") in RAISED:
                used = {getattr(one, "id", "") for one in ast.walk(call.args[0])}
                if given & used:
                    yield node.name


def messages():
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        makers = RAISED | set(error_makers(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers:
                hints = [one.value for one in node.keywords if one.arg == "hint"]
                for one in [*node.args, *hints]:
                    texts = (sample(each) for each in branches(one))
                    # A single word is a name; sentences have spaces.
                    yield from (
                        (path.name, text) for text in texts if " " in (text or "")
                    )


def test_every_raised_message_and_hint_has_its_chinese(chinese):
    found = list(messages())
    assert len(found) > 250
    same_in_both = {text for text, other in catalogue().items() if text == other}
    missing = sorted(
        f"{name}: {text}"
        for name, text in found
        if translate(text) == text and text not in same_in_both
    )
    assert missing == []


def test_values_of_a_sentence_stay_as_they_are(chinese):
    text = translate("cannot create /tmp/list: No space left on device")
    assert text == "无法创建 /tmp/list：设备空间不足"
    assert translate("there is no file 'documents'") == "没有文件 'documents'"


def test_what_nobody_translated_is_shown_in_english(chinese):
    assert translate("zzz unheard of") == "zzz unheard of"


def test_braces_in_a_value_are_only_text(chinese):
    assert translate("there is no file '{0.__class__}'") == ("没有文件 '{0.__class__}'")


def test_one_thing_is_singular_in_english_only():
    text = "{count} papers taken in."
    assert phrase(text, count=1) == "1 paper taken in."
    assert phrase(text, count="1") == "1 paper taken in."
    assert phrase(text, count=2) == "2 papers taken in."
    assert set(singular()) <= set(catalogue())
