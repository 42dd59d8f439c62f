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

from ledgervault.cli.output import Output, size_text
from ledgervault.cli.words import language, phrase, translate
from ledgervault.config import Settings
from ledgervault.formats.sanitising import display_width

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
            config_dir=self.place / "config" / "ledgervault",
            passphrase_file=str(self.place / "key-file"),
        )

    def begin(self, title: str) -> None:
        """Begin a chapter."""
        self.chapter += 1
        heading = f" {self.chapter}  {translate(title)} "
        self.write("\n" + heading + "─" * max(4, WIDTH - display_width(heading)))

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
    from ledgervault.cli.demo_end import after_the_purge, restore_and_try, what_next
    from ledgervault.cli.demo_middle import (
        approve_and_destroy,
        back_up,
        expire,
        hold_and_archive,
    )

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
        "{count} papers taken in, {waiting} in the in tray.",
        count=len(report.ingested),
        waiting=waiting,
    )
    story.tell("Each is sealed under its own key; names, titles and texts too.")


def find_and_explain(story: Story) -> None:
    """Search, and ask why."""
    from ledgervault.formats.period_words import period_words
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
        keep=period_words(retention.facts["retention"], language()),
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
