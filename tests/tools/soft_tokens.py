"""A real PKCS#11 token made of software, in a directory of its own."""

import dataclasses
import os
import subprocess
from pathlib import Path

import pytest

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/softhsm/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
    Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
)
_made = []
LABEL, PIN = "owner", "246810"


@dataclasses.dataclass(frozen=True)
class SoftToken:
    module: Path
    label: str
    pin: str
    pin_file: Path
    directory: Path
    configuration: Path

    def options(self):
        return ("--module", str(self.module), "--token", self.label)

    def pin_options(self):
        return ("--pin-file", str(self.pin_file))


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory):
    # A module is loaded once a process, and so is where its tokens are.
    if not _made:
        _made.append(make_soft_token(tmp_path_factory.mktemp("softhsm")))
    return _made[0]


def make_soft_token(root):
    """Make a token and point this process and its children at it."""
    module = next((path for path in MODULES if path.exists()), None)
    assert module, "install softhsm2: the tests of tokens need a real one"
    directory = root / "tokens"
    directory.mkdir()
    configuration = root / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {directory}\n"
        "objectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL,
         "--so-pin", "13579135", "--pin", PIN],
        check=True, capture_output=True,
    )  # fmt: skip
    pin_file = root / "pin"
    pin_file.write_text(f"{PIN}\n")
    pin_file.chmod(0o600)
    return SoftToken(module, LABEL, PIN, pin_file, directory, configuration)
