"""Holds as they stand: opened for readers, replayed from the log for a purge."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.holds import (
    Hold,
    HoldScope,
    holds_covering,
    is_any_within,
)
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import IntegrityViolated, PolicyRefusal
from ledgervault.ids import ClientId, short_code
from ledgervault.ports.rows import DocumentRow, HoldRow
from ledgervault.vault.opened import Vault
from ledgervault.vault.proven_rows import verify_open_folders
from ledgervault.vault.standing import HOLDS, counted_events

PLACED = "hold.placed"
RELEASED = "hold.released"


@dataclasses.dataclass(frozen=True, slots=True)
class HoldView:
    """A hold with its reason and scope opened."""

    row: HoldRow
    code: str
    client: str
    owner: str
    hold: Hold

    def covers(self, row: DocumentRow, details: DocumentDetails) -> bool:
        """Say whether this hold keeps a document."""
        return bool(
            holds_covering(
                [self.hold],
                client=self.client,
                series=row.series,
                period=details.period,
                document=row.code,
            )
        )


def holds_of(vault: Vault, client_id: ClientId) -> list[HoldView]:
    """Return the active holds on a client's papers."""
    rows = [row for row in verified_holds(vault) if row.client_id == client_id]
    return [open_hold(vault, row) for row in rows if row.is_active]


def verified_holds(vault: Vault) -> list[HoldRow]:
    """Return every hold if rows and signed events say the same.

    A hold that was removed or lifted by hand would let a paper be filed elsewhere.
    """
    rows = list(vault.catalogue.holds())
    if _contradicts(vault, rows):
        # Somebody may have placed or released one since the head was verified.
        vault.journal.verify_head(vault.catalogue)
        rows = list(vault.catalogue.holds())
        if _contradicts(vault, rows):
            raise IntegrityViolated(
                "the holds in the catalogue are not those that were logged",
                hint="run `vault log verify` and compare with a backup before going on",
                code="hold.forged",
            )
    return rows


def open_hold(vault: Vault, row: HoldRow) -> HoldView:
    """Open a hold's reason and scope."""
    facts = vault.records.open_for_client(
        row.client_id, "holds", row.id, row.sealed, row.row_version
    )
    try:
        hold = Hold(
            hold_id=row.code,
            reason=facts["reason"],
            scope=HoldScope(
                client=facts["client"],
                series=facts["series"],
                period=facts["period"],
                documents=frozenset(facts["documents"]),
            ),
            placed_on=date.fromisoformat(facts["placed_on"]),
            released_on=_day(facts["released_on"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityViolated("a hold is not readable") from error
    return HoldView(row, row.code, facts["client"], facts["owner"], hold)


def hold_facts(view: HoldView) -> dict[str, object]:
    """Return what is sealed of a hold."""
    scope = view.hold.scope
    released = view.hold.released_on
    return {
        "reason": view.hold.reason,
        "client": scope.client,
        "series": scope.series,
        "period": scope.period,
        "documents": sorted(scope.documents),
        "placed_on": view.hold.placed_on.isoformat(),
        "released_on": released.isoformat() if released else None,
        "owner": view.owner,
    }


def hold_statement(
    row: HoldRow, scope: HoldScope, policy: PolicySet
) -> dict[str, object]:
    """Return what an event states of a hold.

    The sealed bytes are in the log, so a deleted or edited row cannot lift a hold.
    In clear are series of the file plan and ids of documents, which are clear
    anyway: who cannot read the period keeps every period.
    """
    known = scope.series and is_any_within(policy.all_series(), scope.series)
    return {
        "client": row.client_id.hex(),
        "active": row.is_active,
        "version": row.row_version,
        "sealed": row.sealed.hex(),
        "series": scope.series if known else None,
        "documents": sorted(scope.documents),
    }


def stated_hold(hold_id: str, facts: Mapping[str, Any]) -> Hold:
    """Return a hold as its event states it in clear: wider than it is, if anything."""
    try:
        documents = frozenset(str(one) for one in facts.get("documents", ()))
        scope = HoldScope(series=facts.get("series"), documents=documents)
        code = short_code("H", bytes.fromhex(hold_id))
    except (TypeError, ValueError) as error:
        raise IntegrityViolated("a logged hold is not readable") from error
    return Hold(code, "", scope, date.min)


def refuse_if_archived(vault: Vault, row: DocumentRow) -> None:
    """Refuse a change to a document of an archived folder."""
    folder = vault.catalogue.folder(row.folder_id)
    if folder.state == "open":
        verify_open_folders(vault, [folder])
    else:
        raise PolicyRefusal(
            f"{row.code} is in archived folder {folder.code} and does not change",
            hint="an archived folder is reopened only with an approval",
            code="archive.folder-closed",
        )


def covering(
    holds: Sequence[HoldView], row: DocumentRow, details: DocumentDetails
) -> list[HoldView]:
    """Return the holds that keep a document."""
    return [hold for hold in holds if hold.covers(row, details)]


def _contradicts(vault: Vault, rows: Sequence[HoldRow]) -> bool:
    events = counted_events(vault.catalogue, vault.checkpoint(), HOLDS)
    logged = {event.objects[0]: event.facts for event in events}
    stored = {
        row.id.hex(): (row.client_id.hex(), row.is_active, row.row_version)
        for row in rows
    }
    # What is sealed binds its row and version; a rotation may seal it anew.
    said = {
        hold: (facts["client"], facts["active"], facts["version"])
        for hold, facts in logged.items()
    }
    return stored != said


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
