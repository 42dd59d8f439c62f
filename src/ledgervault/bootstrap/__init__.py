"""Composition root: the only place where adapters meet services."""

from ledgervault.bootstrap.adapters import backup_target, list_backups, place_notes
from ledgervault.bootstrap.creating import Founded, InitRequest, init_vault
from ledgervault.bootstrap.opening import open_vault
from ledgervault.bootstrap.policies import load_policy_paths, load_shipped_policy
from ledgervault.bootstrap.restoring import restore_backup
from ledgervault.bootstrap.unlocking import read_secret_file

__all__ = [
    "Founded",
    "InitRequest",
    "backup_target",
    "init_vault",
    "list_backups",
    "load_policy_paths",
    "load_shipped_policy",
    "open_vault",
    "place_notes",
    "read_secret_file",
    "restore_backup",
]
