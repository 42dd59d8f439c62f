"""Whose papers these are: one client named, or first-level folders that name them."""

import dataclasses

from ledgervault.domain.clients import Client
from ledgervault.ids import ClientId
from ledgervault.ports.sources import Found
from ledgervault.services.sorting import Owner, readable_path
from ledgervault.vault.finding import get_client, visible_clients
from ledgervault.vault.opened import Vault


@dataclasses.dataclass(slots=True)
class Owners:
    """Maps found papers to owners; what nobody owns goes to the in tray."""

    vault: Vault
    named: str | None
    owners: list[Owner] = dataclasses.field(default_factory=list)
    _by_folder: dict[str, int] = dataclasses.field(default_factory=dict)
    _by_id: dict[ClientId, int] = dataclasses.field(default_factory=dict)

    def load(self) -> None:
        """Open the clients a batch may belong to."""
        if self.named is not None:
            row, client = get_client(self.vault, self.named)
            self._add(self._owner(row.id, client))
            return
        for row, client in visible_clients(self.vault):
            index = self._add(self._owner(row.id, client))
            if self.owners[index].is_known:
                for folder in (client.code, client.name, *client.folders):
                    self._by_folder.setdefault(folder, index)

    def owner_of(self, found: Found) -> int:
        """Return the index of a paper's owner."""
        if self.named is not None:
            return 0
        _name, path = readable_path(found.relative)
        candidates = [path.split("/", 1)[0]] if "/" in path else []
        _root_name, root = readable_path(found.root)
        candidates.append(root.rstrip("/").rsplit("/", 1)[-1])
        for folder in candidates:
            if folder in self._by_folder:
                return self._by_folder[folder]
        return self._by_id[self.vault.agency]

    def _owner(self, client_id: ClientId, client: Client) -> Owner:
        is_known = client_id != self.vault.agency
        key = self.vault.records.token_key(client)
        return Owner(client_id, client, is_known, key)

    def _add(self, owner: Owner) -> int:
        self._by_id[owner.id] = len(self.owners)
        self.owners.append(owner)
        return self._by_id[owner.id]
