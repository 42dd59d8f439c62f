"""Problems of policy files are said in both languages; what a file says is not."""

import ast
import json
import re
from pathlib import Path

import pytest

import ledgervault
from ledgervault.__main__ import main
from ledgervault.cli.chinese import catalogue
from ledgervault.cli.words import choose_language
from ledgervault.policyfile.loading import load_pack
from ledgervault.policyfile.problems import PolicyInvalid

SOURCE = Path(ledgervault.__file__).parent
SPOKEN = [*sorted((SOURCE / "policyfile").glob("*.py")), SOURCE / "domain/overrides.py"]
WRONG = (
    "language: ledgervault-policy/1\npack: x\nseries: [{id: a, levle: x, family: NO}]\n"
)


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    choose_language("en")


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield id(first.value)


def sentences(path):
    tree = ast.parse(path.read_text())
    silent = set(docstrings(tree))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in silent and " " in node.value.strip():
            yield node.value
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "choice":
            yield node.args[1].value


def test_every_sentence_about_policy_files_has_its_chinese():
    spoken = {text for path in SPOKEN for text in sentences(path)}
    spoken = {text for text in spoken if not text.startswith("[0-9]")}
    assert len(spoken) > 100
    assert spoken - catalogue().keys() == set()


def test_translations_fill_in_what_the_english_does():
    spoken = {text for path in SPOKEN for text in sentences(path)} & catalogue().keys()
    names = re.compile(r"(?<!\{)\{(\w+)\}")
    different = [
        text
        for text in spoken
        if sorted(names.findall(text)) != sorted(names.findall(catalogue()[text]))
    ]
    assert different == []


def test_problems_are_told_in_chinese_with_the_same_places(tmp_path, capsys):
    file = tmp_path / "x.yaml"
    file.write_text(WRONG)
    assert main(["policy", "check", str(file), "--lang", "zh"]) == 7
    told = capsys.readouterr().err
    assert "制度文件有" in told
    assert "x.yaml:3:18: 未知的键 'levle' (是否想写 level？)" in told
    assert "'NO' 是真假值，不是文本 (请加引号)" in told


def test_json_keeps_the_english_and_the_place(tmp_path, capsys):
    file = tmp_path / "x.yaml"
    file.write_text(WRONG)
    assert main(["policy", "check", str(file), "--lang", "zh", "--json"]) == 7
    problems = json.loads(capsys.readouterr().err)["error"]["problems"]
    found = next(one for one in problems if one["column"] == 18)
    assert (found["line"], found["message"], found["hint"]) == (
        3,
        "unknown key 'levle'",
        "did you mean level?",
    )


def test_braces_of_a_file_are_no_template():
    with pytest.raises(PolicyInvalid) as caught:
        load_pack(b'language: "{what}"\npack: "{0}"\n"{x.y}": 1\n', file="{f}.yaml")
    assert "{f}.yaml:3:1: unknown key '{x.y}'" in str(caught.value)
