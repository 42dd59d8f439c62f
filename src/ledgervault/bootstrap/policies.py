"""Policy packs from the program or from files a user names."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.policyfile.loading import load_override, load_packs
from ledgervault.policyfile.schema import shipped_schema
from ledgervault.storage.deliveries import FileDeliveries
from ledgervault.storage.shipped_packs import (
    read_pack_path,
    read_shipped_pack,
    shipped_pack_names,
)

Source = tuple[str, bytes]
Find = Callable[[str], Sequence[Source] | None]


def load_shipped_policy(names: Sequence[str]) -> PolicySet:
    """Load packs that ship with the program, and the packs they include."""
    sources = [source for name in names for source in read_shipped_pack(name)]
    return load_packs(sources, find_shipped)


def load_policy_paths(paths: Sequence[str]) -> PolicySet:
    """Load packs from files or folders; all problems are reported at once."""
    return load_packs(read_paths(paths), find_beside(paths))


def load_override_paths(paths: Sequence[str], policy: PolicySet) -> Pack:
    """Load a client's own rules; what would loosen the packs is a problem."""
    return load_override(read_paths(paths), policy)


def read_paths(paths: Sequence[str]) -> list[Source]:
    """Read the policy files that paths name."""
    return [source for path in paths for source in read_pack_path(Path(path))]


def find_shipped(name: str) -> list[Source] | None:
    """Return the files of a shipped pack, or None."""
    return read_shipped_pack(name) if name in shipped_pack_names() else None


def find_beside(paths: Sequence[str]) -> Find:
    """Make a search for packs: folders of that name among the paths, then shipped."""
    folders = {Path(path).name: path for path in paths if Path(path).is_dir()}

    def find(name: str) -> list[Source] | None:
        if name in folders:
            return read_pack_path(Path(folders[name]))
        return find_shipped(name)

    return find


def read_schema() -> str:
    """Return the JSON Schema of policy files."""
    return shipped_schema()


def load_named(names: Sequence[str]) -> PolicySet:
    """Load packs in the order named: a word is a shipped pack, a path is the user's."""
    sources = [
        source
        for name in names
        for source in (
            read_pack_path(Path(name)) if _is_path(name) else read_shipped_pack(name)
        )
    ]
    return load_packs(sources, find_beside([name for name in names if _is_path(name)]))


def _is_path(name: str) -> bool:
    return os.sep in name or name.endswith((".yaml", ".yml"))


def write_export(path: str, content: bytes) -> None:
    """Write an export to a new file; a file that is there stays."""
    folder, name = os.path.split(path)
    delivery = FileDeliveries().create(
        folder or ".", name, may_number=False, is_durable=True
    )
    delivery.write(content)
    delivery.finish()
