"""The demo's chapters: each does one real thing and says what it did.

Everything lives under the demo's own folder, identity and pins included; the
user's own configuration is never touched.
"""

import dataclasses
import importlib.resources
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledgervault.cli.demo_end import after_the_purge, restore_and_try, what_next
from ledgervault.cli.output import Output, size_text
from ledgervault.cli.words import phrase, translate
from ledgervault.config import Settings

if TYPE_CHECKING:
    from ledgervault.vault.opened import Vault

WIDTH = 78
TEA, FINCH = "清河茶叶", "Harbour & Finch Ltd"
CANARY = "明前绿茶"  # stands in an invoice; must stand nowhere in the vault


@dataclasses.dataclass(slots=True)
class Story:
    """Where the demo happens and what it has found out."""

    place: Path
    output: Output
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)
    chapter: int = 0

    @property
    def settings(self) -> Settings:
        """Return the demo's own settings: key file, vault and configuration."""
        return self.settings_of("vault")

    def settings_of(self, vault: str) -> Settings:
        """Return settings for a vault of the demo."""
        return Settings(
            vault_dir=self.place / vault,
            config_dir=self.place / "config",
            passphrase_file=str(self.place / "key-file"),
        )

    def begin(self, title: str) -> None:
        """Begin a chapter."""
        self.chapter += 1
        heading = f" {self.chapter}  {translate(title)} "
        self.write("\n" + heading + "─" * max(4, WIDTH - len(heading)))

    def tell(self, text: str, /, **values: object) -> None:
        """Write a sentence."""
        self.write("   " + phrase(text, **values))

    def write(self, text: str) -> None:
        """Write lines, unless only the figures are wanted."""
        if not self.output.options.is_json:
            self.output.write(text)

    def table(self, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        """Write an indented table."""
        lines = self.output.table(columns, rows).split("\n")
        self.write("\n".join(f"     {line}" for line in lines))

    @contextmanager
    def opened(self, vault: str = "vault") -> Iterator["Vault"]:
        """Open a vault of the demo."""
        from ledgervault.bootstrap.opening import open_vault

        opened = open_vault(self.settings_of(vault), None)
        try:
            yield opened
        finally:
            opened.catalogue.close()


def tell(story: Story) -> None:
    """Run every chapter in order."""
    chapters: tuple[Callable[[Story], None], ...] = (
        found,
        take_in,
        find_and_explain,
        share,
        hold_and_archive,
        back_up,
        expire,
        approve_and_destroy,
        restore_and_try,
        after_the_purge,
        what_next,
    )
    for chapter in chapters:
        chapter(story)


def found(story: Story) -> None:
    """Create the vault and its clients."""
    from ledgervault.bootstrap.creating import InitRequest, init_vault
    from ledgervault.domain.clients import Client
    from ledgervault.services.clients import add_client

    story.begin("A vault for a bookkeeping agency")
    request = InitRequest(
        "鹿垄财务咨询", ("cn", "base"), key_file=str(story.place / "key-file")
    )
    made = init_vault(story.settings, request)
    story.facts |= {"vault": made.vault_id, "place": str(story.place)}
    story.tell("Vault {vault} in {place}", vault=made.vault_id[:12], place=story.place)
    story.tell("The owner's fingerprint is {print}", print=made.fingerprint[:24])
    with story.opened() as vault:
        add_client(vault, Client("C001", TEA, folders=(TEA,)))
        add_client(vault, Client("C002", FINCH, jurisdiction="UK", folders=(FINCH,)))
    story.tell(
        "Two clients: {one} and {two}. Each is a wall made of keys.", one=TEA, two=FINCH
    )


def take_in(story: Story) -> None:
    """Ingest the sample papers."""
    from collections import Counter

    from ledgervault.services.ingest.papers import IngestRequest
    from ledgervault.services.ingest.taking_in import ingest

    story.begin("The morning's pile, filed in one command")
    pile = story.place / "pile"
    with importlib.resources.as_file(
        importlib.resources.files("ledgervault") / "samples"
    ) as samples:
        shutil.copytree(samples, pile)
    with story.opened() as vault:
        report = ingest(
            vault,
            IngestRequest(paths=(bytes(pile),)),
            workers=1,
            progress=lambda _done, _total: None,
        )
    counts = Counter((item.series, item.level) for item in report.ingested)
    story.table(
        ("series", "level", "papers"),
        [
            (series, translate(level), counts[series, level])
            for series, level in sorted(counts)
        ],
    )
    waiting = sum(item.is_inbox for item in report.ingested)
    story.facts["ingested"] = len(report.ingested)
    story.tell(
        "{count} papers taken in, {waiting} wait in the in tray.",
        count=len(report.ingested),
        waiting=waiting,
    )
    story.tell("Each is sealed under its own key; names, titles and texts too.")


def find_and_explain(story: Story) -> None:
    """Search, and ask why."""
    from ledgervault.services.explaining import explain_document
    from ledgervault.services.listing import ListRequest, search_documents

    story.begin("Found in a moment, and every decision has a reason")
    with story.opened() as vault:
        found = search_documents(vault, ListRequest(), "工资").documents[0]
        explained = explain_document(vault, found.row.code)
    title = found.details.title if found.details else ""
    story.tell("vault search 工资  →  {id}  {title}", id=found.row.code, title=title)
    retention = explained.decisions[-1]
    story.tell(
        "Kept {keep}, may be appraised from {due}",
        keep=retention.facts["retention"],
        due=explained.due,
    )
    story.tell("because {rule}: {law}", rule=retention.rule, law=retention.citation)


def share(story: Story) -> None:
    """Share one document under a generated passphrase, and open it as the client would."""
    from datetime import timedelta

    from ledgervault.formats.age_files import open_with_passphrase
    from ledgervault.services.listing import ListRequest, search_documents
    from ledgervault.services.sharing import ShareRequest, share_documents

    story.begin("Shared with someone who has no account")
    with story.opened() as vault:
        document = search_documents(vault, ListRequest(), "对账单 2026").documents[0]
        shared = share_documents(
            vault,
            ShareRequest(
                documents=(document.row.code,),
                recipient="审计师 Lin",
                keys=(),
                purpose="年审",
                expires_on=vault.now().date() + timedelta(days=7),
                directory=str(story.place / "shares"),
            ),
        )
    opened = open_with_passphrase(
        Path(shared.path).read_bytes(), shared.passphrase or ""
    )
    story.tell(
        "{share} for {recipient}, until {day}: {path}",
        share=shared.code,
        recipient=shared.recipient,
        day=shared.expires_on,
        path=Path(shared.path).name,
    )
    story.tell("Passphrase, shown once: {passphrase}", passphrase=shared.passphrase)
    story.tell(
        "Any age program opens it: {size} came out.", size=size_text(len(opened))
    )
    story.facts["share"] = shared.code


def hold_and_archive(story: Story) -> None:
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


def back_up(story: Story) -> None:
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


def expire(story: Story) -> None:
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
            v.facts["folder"]["period"],
            str(len(v.order.items)),
        )
        for v in views
    ]
    story.table(("disposal", "series", "year", "papers"), list(rows))
    for refused in report.refused:
        story.tell(
            "{folder} stays: {reason}", folder=refused.subject, reason=refused.reason
        )
    story.tell("Nothing is destroyed yet: expiry means appraisal first.")
    story.facts["proposed"] = [view.row.code for view in views]


def approve_and_destroy(story: Story) -> None:
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
    text = certificate_text(certificate, language())
    story.write("\n".join(f"  {line}" for line in text.split("\n")))
