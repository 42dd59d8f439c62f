"""What must be true before a document is edited: whole, open, and no hold left behind."""

import dataclasses

from ledgervault.errors import NotFound, PolicyRefusal
from ledgervault.ports.rows import DocumentRow
from ledgervault.services.editing.deciding import Wanted
from ledgervault.vault.holding import HoldView, holds_of, refuse_if_archived
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import verify_document_row


def verify_editable(vault: Vault, row: DocumentRow) -> None:
    """Refuse a row that was tampered with, a destroyed document, a closed folder."""
    verify_document_row(vault, row)
    if row.state != "active":
        raise NotFound(f"{row.code} was destroyed", code="destroyed")
    refuse_if_archived(vault, row)


def verify_still_held(vault: Vault, wanted: Wanted) -> None:
    """Refuse an edit that would take a document out of a hold's reach.

    A hold names client, series, period or documents: whoever could file a held paper
    elsewhere could have it destroyed.
    """
    lost = [
        view for view in holds_of(vault, wanted.row.client_id) if _loses(view, wanted)
    ]
    if lost:
        raise PolicyRefusal(
            f"{wanted.row.code} is held by {lost[0].code}, which would lose it",
            hint="place a hold that covers it where it goes, or release this one",
            code="policy.hold-active",
        )


def _loses(view: HoldView, wanted: Wanted) -> bool:
    if not view.covers(wanted.row, wanted.before):
        return False
    if wanted.client_id != wanted.row.client_id:
        return True
    if wanted.before.period is None and view.hold.scope.period is not None:
        return False  # covered by caution alone: a period that is stated settles it
    after = dataclasses.replace(wanted.row, series=wanted.series)
    return not view.covers(after, wanted.after)
