"""A backup target: snapshots with history, packs, and a mirror without."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ledgervault.ports.catalogue import Catalogue
from ledgervault.ports.stores import PackStore


class Snapshot(Protocol):
    """A whole snapshot; `packs` maps names to sizes in bytes."""

    @property
    def name(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def catalogue_bytes(self) -> int: ...
    @property
    def packs(self) -> Mapping[str, int]: ...
    @property
    def facts(self) -> Mapping[str, str]: ...


class BackupStore(Protocol):
    """One backup target of one vault."""

    def snapshots(self) -> Sequence[Snapshot]: ...
    def add_snapshot(
        self,
        catalogue: Catalogue,
        *,
        packs: PackStore,
        pack_names: Iterable[str],
        facts: Mapping[str, str],
        now: datetime,
    ) -> Snapshot:
        """Copy missing packs, then the catalogue; whole or absent after a crash."""
