"""Policy packs as bytes: those that ship with the program, and a user's own.

Reads with bounds and parses nothing. Files named `scenarios*` stand beside a
pack and are no part of it.
"""

import re
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ledgervault.errors import ConfigurationInvalid, NotFound
from ledgervault.storage.os_errors import shown_path, storage_errors
from ledgervault.storage.reading import find_bytes

MAX_FILE_BYTES = 256 << 10
MAX_FILES = 256
SCENARIOS = "scenarios"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_SUFFIXES = (".yaml", ".yml")
Source = tuple[str, bytes]


def is_scenario_file(name: str) -> bool:
    """Say whether a file of this name holds scenarios."""
    return name.startswith(SCENARIOS)


def shipped_pack_names() -> list[str]:
    """Name the packs that ship with the program."""
    return sorted(
        pack.name
        for pack in _shipped().iterdir()
        if _NAME.fullmatch(pack.name)
        and pack.is_dir()
        and any(not is_scenario_file(file.name) for file in _policy_files(pack))
    )


def read_shipped_pack(name: str) -> list[Source]:
    """Read the files of a shipped pack as (`<pack>/<file>`, bytes), sorted.

    Raises NotFound `policy.unknown-pack`.
    """
    return _read_shipped(name, lambda file: not is_scenario_file(file))


def read_shipped_scenarios(name: str) -> list[Source]:
    """Read the scenario files of a shipped pack; there may be none."""
    return _read_shipped(name, is_scenario_file)


def read_pack_path(path: Path) -> list[Source]:
    """Read a policy file, or the YAML files of a folder, as (path, bytes).

    At most 256 KiB and one byte of each file are returned, so that a parser
    with that limit sees the excess. Raises NotFound `policy.missing-file`.
    """
    with storage_errors("read", path):
        chosen = _yaml_files(path) if path.is_dir() else [path]
    found = [file for file in chosen if not is_scenario_file(file.name)]
    if not found and path.is_dir():
        raise _missing(path)
    return [(shown_path(file), _read_bounded(file)) for file in found]


def read_scenario_path(path: Path) -> list[Source]:
    """Read a scenario file, or those of a folder; a folder may have none."""
    with storage_errors("read", path):
        chosen = _yaml_files(path) if path.is_dir() else [path]
    found = [file for file in chosen if is_scenario_file(file.name)]
    return [(shown_path(file), _read_bounded(file)) for file in found]


def _read_shipped(name: str, is_wanted: Callable[[str], bool]) -> list[Source]:
    if name not in shipped_pack_names():
        raise NotFound(
            f"no policy pack named {name[:40]!r} ships with the program",
            hint=f"there are: {', '.join(shipped_pack_names())}",
            code="policy.unknown-pack",
        )
    pack = _shipped() / name
    return [
        (f"{name}/{file.name}", file.read_bytes())
        for file in _policy_files(pack)
        if is_wanted(file.name)
    ]


def _shipped() -> Traversable:
    installed = files("ledgervault") / "policies"
    if installed.is_dir():
        return installed
    return Path(__file__).parents[3] / "policies"  # an editable install


def _policy_files(pack: Traversable) -> list[Traversable]:
    found = (file for file in pack.iterdir() if file.name.endswith(_SUFFIXES))
    return sorted(
        (file for file in found if file.is_file()), key=lambda file: file.name
    )


def _yaml_files(directory: Path) -> list[Path]:
    chosen = sorted(path for path in directory.iterdir() if path.suffix in _SUFFIXES)
    if not chosen:
        raise _missing(directory)
    if len(chosen) > MAX_FILES:
        raise ConfigurationInvalid(
            f"{shown_path(directory)} holds more than {MAX_FILES} policy files",
            code="policy.too-many-files",
        )
    return chosen


def _read_bounded(path: Path) -> bytes:
    content = find_bytes(path, max_bytes=MAX_FILE_BYTES + 1, follow=True, cut=True)
    if content is None:
        raise _missing(path)
    return content


def _missing(path: Path) -> NotFound:
    return NotFound(
        f"there is no policy file at {shown_path(path)}",
        hint="name a YAML file or a folder of them",
        code="policy.missing-file",
    )
