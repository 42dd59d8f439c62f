"""`vault init` knows the names that a guesser of this agency would try."""

import pytest

from ledgervault.__main__ import main


@pytest.mark.parametrize(
    ("words", "code"),
    [("鹿垄财务鹿垄财务2024", 2), ("chen.ling.2024", 2), ("brindle 墨鱼 canary ox", 0)],
)
def test_passphrase_of_the_agencys_name_is_refused(
    tmp_path, monkeypatch, capsys, words, code
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "words").write_text(words)
    argv = ["--vault", str(tmp_path / "vault"), "init", "--name", "鹿垄财务"]
    argv += ["--as", "chen.ling", "--passphrase-file", str(tmp_path / "words")]
    assert main([*argv, "--lang", "zh"]) == code
    shown = capsys.readouterr()
    assert words not in shown.out + shown.err
    assert ("大部分是此处人人知道的名称" in shown.err) is (code == 2)
    assert (tmp_path / "vault").exists() is (code == 0)
