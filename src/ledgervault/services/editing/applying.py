"""The edit use case: what is said of documents changes, their bytes never.

Many are done in portions: one transaction, one checkpoint and one change of the ring's
epoch for each. What fails stays as it is and is listed; the others go on.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext

from ledgervault.errors import LedgerVaultError
from ledgervault.services.editing.deciding import decide
from ledgervault.services.editing.guarding import verify_editable, verify_still_held
from ledgervault.services.editing.recording import write_portion
from ledgervault.services.editing.refiling import Refiled, refile
from ledgervault.services.editing.requests import (
    Edited,
    EditReport,
    EditRequest,
    Failed,
    Selection,
    verify_request,
)
from ledgervault.services.editing.selecting import Item, select
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.filing import FolderPlan
from ledgervault.vault.finding import get_document
from ledgervault.vault.opened import Vault
from ledgervault.vault.writing import writing

PORTION = 500
Progress = Callable[[int, int], None]


def edit_documents(
    vault: Vault,
    selection: Selection,
    request: EditRequest,
    *,
    is_dry_run: bool,
    progress: Progress,
) -> EditReport:
    """Change what is said of the selected documents; a dry run writes nothing at all."""
    authorise(vault, "edit")
    verify_request(vault, selection, request)
    report = EditReport()
    with nullcontext() if is_dry_run else writing(vault, "edit"):
        items = list(select(vault, selection, request))
        _edit_all(vault, items, report, is_dry_run=is_dry_run, progress=progress)
        head = vault.checkpoint()
    if not is_dry_run:
        report.checkpoint = f"{head.size}:{head.root.hex()}"
    return report


def edit_document(
    vault: Vault, selection: Selection, request: EditRequest, *, is_dry_run: bool
) -> Edited:
    """Change what is said of one named document; what stands against it is raised."""
    authorise(vault, "edit")
    verify_request(vault, selection, request)
    with nullcontext() if is_dry_run else writing(vault, "edit"):
        plan = FolderPlan(vault.catalogue, vault.records)
        item = next(iter(select(vault, selection, request)))
        refiled = _prepared(vault, plan, item, set())
        if not is_dry_run:
            write_portion(vault, plan, refiled, ())
    return _edited(refiled[0])


def _edit_all(
    vault: Vault,
    items: Sequence[Item],
    report: EditReport,
    *,
    is_dry_run: bool,
    progress: Progress,
) -> None:
    seen: set[bytes] = set()
    for start in range(0, len(items), PORTION):
        plan = FolderPlan(vault.catalogue, vault.records)
        portion = items[start : start + PORTION]
        refiled, failed = _prepare_all(vault, plan, portion, seen)
        if not is_dry_run:
            write_portion(vault, plan, refiled, failed)
        report.edited += map(_edited, refiled)
        report.failed += failed
        progress(start + len(portion), len(items))


def _prepare_all(
    vault: Vault, plan: FolderPlan, portion: Iterable[Item], seen: set[bytes]
) -> tuple[list[Refiled], list[Failed]]:
    refiled: list[Refiled] = []
    failed: list[Failed] = []
    for item in portion:
        try:
            refiled += _prepared(vault, plan, item, seen)
        except LedgerVaultError as error:
            failed.append(Failed(_name(item), error))
    return refiled, failed


def _name(item: Item) -> str:
    return item.name if isinstance(item, Failed) else item[0]


def _prepared(
    vault: Vault, plan: FolderPlan, item: Item, seen: set[bytes]
) -> list[Refiled]:
    """Decide and place one document; nothing for one that was named before."""
    if isinstance(item, Failed):
        raise item.error
    name, request = item
    row = get_document(vault, name)
    if row.id in seen:
        return []
    seen.add(row.id)
    authorise_paper(vault, "edit", row)
    verify_editable(vault, row)
    wanted = decide(vault, row, request)
    authorise(
        vault,
        "edit",
        level=wanted.after.level,
        series=wanted.series,
        client=wanted.client_id,
    )
    verify_still_held(vault, wanted)
    return [refile(vault, plan, wanted)]


def _edited(one: Refiled) -> Edited:
    wanted = one.wanted
    return Edited(wanted.row.code, wanted.before, wanted.after, wanted.row, one.row)
