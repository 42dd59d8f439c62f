"""Policy packs from the program or from files a user names."""

from collections.abc import Sequence
from pathlib import Path

from ledgervault.domain.policy import PolicySet
from ledgervault.policyfile.loading import load_packs
from ledgervault.storage.shipped_packs import read_pack_path, read_shipped_pack


def load_shipped_policy(names: Sequence[str]) -> PolicySet:
    """Load packs that ship with the program."""
    return load_packs([source for name in names for source in read_shipped_pack(name)])


def load_policy_paths(paths: Sequence[str]) -> PolicySet:
    """Load packs from files or folders; all problems are reported at once."""
    return load_packs([s for path in paths for s in read_pack_path(Path(path))])
