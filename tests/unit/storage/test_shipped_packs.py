import pytest

from ledgervault.errors import ConfigurationInvalid, NotFound
from ledgervault.storage import shipped_packs
from ledgervault.storage.shipped_packs import (
    read_pack_path,
    read_shipped_pack,
    shipped_pack_names,
)


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    for name, files in {
        "base": ["b.yaml", "a.yaml", "notes.txt"],
        "cn": ["retention.yml"],
        "empty": [],
    }.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text(f"{name}/{file}")
    (tmp_path / "README.md").write_text("")
    monkeypatch.setattr(shipped_packs, "_shipped", lambda: tmp_path)
    return tmp_path


def test_packs_are_named_by_their_folders(shipped):
    assert shipped_pack_names() == ["base", "cn"]
    assert shipped.is_dir()


def test_files_of_a_pack_come_sorted_with_their_names(shipped):
    assert read_shipped_pack("base") == [
        ("base/a.yaml", b"base/a.yaml"),
        ("base/b.yaml", b"base/b.yaml"),
    ]
    assert shipped.is_dir()


@pytest.mark.parametrize("name", ["us", "", "..", "../cn", "empty", "cn/"])
def test_unknown_pack_is_not_found(shipped, name):
    with pytest.raises(NotFound) as caught:
        read_shipped_pack(name)
    assert caught.value.code == "policy.unknown-pack"
    assert "base, cn" in caught.value.hint
    assert shipped.is_dir()


def test_source_tree_answers_where_nothing_is_installed():
    assert shipped_packs._shipped().name == "policies"


def test_policy_file_or_folder_of_a_user_is_read(tmp_path):
    (tmp_path / "own.yaml").write_bytes(b"own")
    (tmp_path / "notes.txt").write_bytes(b"notes")
    expected = [(str(tmp_path / "own.yaml"), b"own")]
    assert read_pack_path(tmp_path / "own.yaml") == expected
    assert read_pack_path(tmp_path) == expected


def test_huge_policy_file_is_cut_one_byte_past_its_limit(tmp_path):
    (tmp_path / "own.yaml").write_bytes(b"#" * 400_000)
    ((_, content),) = read_pack_path(tmp_path)
    assert len(content) == (256 << 10) + 1


def test_missing_policy_is_not_found(tmp_path):
    for path in (tmp_path / "own.yaml", tmp_path):
        with pytest.raises(NotFound) as caught:
            read_pack_path(path)
        assert caught.value.code == "policy.missing-file"


def test_folder_of_too_many_policies_is_refused(tmp_path):
    for number in range(257):
        (tmp_path / f"{number}.yaml").write_bytes(b"")
    with pytest.raises(ConfigurationInvalid):
        read_pack_path(tmp_path)
