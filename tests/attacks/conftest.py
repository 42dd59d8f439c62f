"""The scene, built once and put back before each attack."""

import os

import pytest

from attacks import scene as scenes


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("scene")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("XDG_CONFIG_HOME", os.environ.get("XDG_CONFIG_HOME", ""))
        patch.setenv("LEDGERVAULT_PASSPHRASE_FILE", "")
        made = scenes.build(root)
        kept = root / "kept"
        scenes.snapshot(made, kept)
        yield made, kept


@pytest.fixture
def scene(built, monkeypatch):
    made, kept = built
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(made.root / "config"))
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(made.key))
    scenes.reset(made, kept)
    return made
