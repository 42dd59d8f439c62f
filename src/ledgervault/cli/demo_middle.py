"""The demo's middle: a hold, a closed year, a backup, an expiry, a destruction."""

from typing import TYPE_CHECKING

from ledgervault.cli.output import size_text, terminal_width
from ledgervault.cli.words import translate

if TYPE_CHECKING:
    from ledgervault.cli.demo_story import Story


def hold_and_archive(story: "Story") -> None:
    """Hold one folder, close a year."""
    from ledgervault.services.archiving import archive_folders
    from ledgervault.services.holding import HoldRequest, place_hold

    story.begin("A hold, and the year closed")
    with story.opened() as vault:
        held = place_hold(
            vault,
            HoldRequest(
                "税务检查", client="C001", series="cn.other.tax_return", period="2013"
            ),
        )
        closed = archive_folders(vault, client="C001", period="2013", is_dry_run=False)
    story.tell(
        "{hold} keeps the tax returns of 2013, whatever has expired.", hold=held.code
    )
    story.tell("{count} folders of 2013 read, checked and closed.", count=len(closed))


def back_up(story: "Story") -> None:
    """Back up before anything is destroyed."""
    from ledgervault.bootstrap.adapters import backup_target
    from ledgervault.services.backing_up import run_backup

    story.begin("A backup, made before the destruction")
    target = story.place / "backup"
    target.mkdir()
    with story.opened() as vault:
        done = run_backup(
            vault, backup_target(story.settings, str(target)), str(target)
        )
    story.facts["backup"] = done.id
    story.tell(
        "{id}: {documents} documents, {size}, and a mirror of the key ring.",
        id=done.id,
        documents=done.documents,
        size=size_text(done.bytes),
    )


def expire(story: "Story") -> None:
    """Let purge propose what has expired."""
    from ledgervault.services.purging import purge_expired

    story.begin("Ten years later: what the law lets go")
    with story.opened() as vault:
        report = purge_expired(vault, is_dry_run=False)
        rows = [(row.code, row.client_id.hex()[:6], "", "") for row in report.proposed]
        from ledgervault.services.disposals import show_disposal

        views = [show_disposal(vault, row.code) for row in report.proposed]
    rows = [
        (
            v.row.code,
            v.order.series,
            v.period or "-",
            str(len(v.order.items)),
        )
        for v in views
    ]
    story.table(("disposal", "series", "year", "papers"), list(rows))
    for refused in report.refused:
        story.tell(
            "{folder} stays: {reason}",
            folder=refused.subject,
            reason=translate(refused.reason),
        )
    story.tell("Nothing is destroyed yet: expiry means appraisal first.")
    story.facts["proposed"] = [view.row.code for view in views]


def approve_and_destroy(story: "Story") -> None:
    """Approve the bank statements and execute."""
    from ledgervault.cli.words import language
    from ledgervault.formats.certificate import certificate_text
    from ledgervault.services.disposals import (
        answer_disposal,
        get_certificate,
        show_disposal,
    )
    from ledgervault.services.purging import purge_expired

    story.begin("Approved by name, destroyed, certified")
    with story.opened() as vault:
        wanted = next(
            code
            for code in story.facts["proposed"]
            if show_disposal(vault, code).order.series == "cn.other.bank_statement"
        )
        view = answer_disposal(vault, wanted, answer="approve")
        story.facts["gone"] = [item.document for item in view.order.items]
        report = purge_expired(vault, is_dry_run=False)
        certificate = get_certificate(vault, wanted)
    story.facts |= {"disposal": wanted, "destroyed": report.destroyed}
    text = certificate_text(certificate, language(), width=terminal_width() - 2)
    story.write("\n".join(f"  {line}" for line in text.split("\n")))
