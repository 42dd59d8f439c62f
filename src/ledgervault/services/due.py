"""Due: what lapses, must move on, or may be disposed of within some days."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

from ledgervault.domain.registers import Entry, deadlines_of, first_state
from ledgervault.domain.rules import RegisterKind
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import short_code
from ledgervault.ports.rows import FolderRow
from ledgervault.vault.authority import authorise, is_folder_permitted
from ledgervault.vault.finding import ClientCodes, client_codes
from ledgervault.vault.names import names_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.registers import entries_of, kind_object, open_fields

UNATTENDED = "service"
LAPSES, MOVES, DISPOSITION = "lapses", "deadline", "disposition"


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """Something with a day: what, which, whose, and the day."""

    what: str  # lapses | deadline | disposition
    kind: str  # the register or the series
    code: str
    whose: str  # a person or a client, as far as the reader may know
    on: date
    detail: str = ""

    @property
    def order(self) -> tuple[date, str]:
        """Sort by day, then by code."""
        return self.on, self.code


def list_due(vault: Vault, *, within_days: int) -> list[Due]:
    """Return what is due by then, what is overdue first."""
    authorise(vault, "due")
    horizon = vault.now().date() + timedelta(days=within_days)
    found = [*_of_registers(vault, horizon), *_of_folders(vault, horizon)]
    vault.note("due.listed", facts={"count": len(found), "within": within_days})
    return sorted(found, key=lambda one: one.order)


def _of_registers(vault: Vault, horizon: date) -> Iterator[Due]:
    names = {user.hex(): name for user, name in names_of(vault).items()}
    kinds = {kind.id: kind for pack in vault.policy.packs for kind in pack.registers}
    for kind in kinds.values():
        for entry in entries_of(vault, kind_object(kind.id)):
            whose = names.get(entry.person, "") if entry.person else ""
            for one in _of_entry(open_fields(vault, entry), kind, whose):
                if one.on <= horizon:
                    yield one


def _of_entry(entry: Entry, kind: RegisterKind, whose: str) -> Iterator[Due]:
    if entry.until is not None and entry.state in (kind.counts or (first_state(kind),)):
        yield Due(LAPSES, kind.id, entry.code, whose, entry.until, entry.state)
    for state, on in deadlines_of(entry, kind):
        yield Due(MOVES, kind.id, entry.code, whose, on, state)


def _of_folders(vault: Vault, horizon: date) -> Iterator[Due]:
    codes = client_codes(vault)
    for folder in vault.catalogue.folders_due(horizon):
        if folder.state == "destroyed" or folder.due is None:
            continue
        # Who may open nothing at all is told codes and days, so that cron can act.
        is_visible = folder.client_id in codes or UNATTENDED in vault.me.roles
        if is_visible and is_folder_permitted(vault, "due", folder.id):
            yield Due(
                DISPOSITION,
                folder.series,
                short_code("F", folder.id),
                codes.get(folder.client_id) or "",
                folder.due,
                _period(vault, folder, codes),
            )


def _period(vault: Vault, folder: FolderRow, codes: ClientCodes) -> str:
    if folder.client_id not in codes:
        return ""
    try:
        return str(vault.records.folder_facts(folder)["period"])
    except LedgerVaultError:
        return ""
