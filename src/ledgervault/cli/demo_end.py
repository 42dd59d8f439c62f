"""The demo's proofs: what an old backup can and cannot bring back, and what to try."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ledgervault.cli.words import translate
from ledgervault.errors import IntegrityViolated, LedgerVaultError
from ledgervault.formats.sanitising import display_width, pad

if TYPE_CHECKING:
    from ledgervault.cli.demo_story import Story
    from ledgervault.vault.opened import Vault

CANARIES = ("明前绿茶", "云岭茶农合作社", "清河茶叶", "茶小青", "税务检查")
SIBLING = "cn.ledger.daybook"
NEXT = (
    ("inbox", "what waits for a person"),
    ("search 发票", "find a paper"),
    ("report destruction", "the destruction register"),
    ("purge --expired --dry-run", "what comes next"),
    ("--lang zh --help", "说中文"),
)


def restore_and_try(story: "Story") -> None:
    """Restore the old backup and try to open what was destroyed."""
    from ledgervault.bootstrap.restoring import restore_backup

    story.begin("The old backup cannot bring them back")
    restore_backup(
        story.settings,
        str(story.place / "backup"),
        to=story.place / "restored",
        snapshot=story.facts["backup"],
    )
    with story.opened("restored") as vault:
        refused = _refusals(vault, story.facts["gone"])
        sibling, size = _sibling(vault)
    gone = len(story.facts["gone"])
    if refused != gone or not size:
        raise IntegrityViolated("the demo's restore drill failed", code="demo.drill")
    story.facts["drill"] = {"refused": refused, "sibling_bytes": size}
    story.tell(
        "The backup from before the destruction, the live ring, the owner's key:"
    )
    story.tell(
        "{refused} of {gone} destroyed papers refuse to open, titles too.",
        refused=refused,
        gone=gone,
    )
    story.tell("Their sibling {id} opens: {size} bytes.", id=sibling, size=size)


def _refusals(vault: "Vault", documents: list[str]) -> int:
    """Count the documents that do not open, by hex identity."""
    from ledgervault.ids import DocumentId
    from ledgervault.vault.contents import latest_version, open_content

    refused = 0
    for document in documents:
        row = vault.catalogue.document(DocumentId(bytes.fromhex(document)))
        try:
            b"".join(open_content(vault, row, latest_version(vault, row)))
        except LedgerVaultError:
            refused += 1
    return refused


def _sibling(vault: "Vault") -> tuple[str, int]:
    """Open a document that was not destroyed; return its code and size."""
    from ledgervault.services.listing import ListRequest, list_documents
    from ledgervault.vault.contents import latest_version, open_content

    row = list_documents(vault, ListRequest(series=SIBLING)).documents[0].row
    content = b"".join(open_content(vault, row, latest_version(vault, row)))
    return row.code, len(content)


def after_the_purge(story: "Story") -> None:
    """Verify log and documents, and look for plaintext."""
    from ledgervault.services.log import verify_own_log
    from ledgervault.services.verifying import verify_vault

    story.begin("Proved, without trusting us")
    with story.opened() as vault:
        report = verify_vault(
            vault, reads_data=True, progress=lambda _done, _total: None
        )
        log = verify_own_log(vault)
    found = _plaintext(story.place)
    if not (log.ok and report.is_ok) or found:
        raise IntegrityViolated("the demo's verification failed", code="demo.verify")
    story.facts |= {
        "log_size": log.size,
        "verified": report.documents,
        "plaintext": found,
    }
    story.tell(
        "{count} log entries verified against {checkpoints} signed checkpoints.",
        count=log.size,
        checkpoints=log.checkpoints,
    )
    story.tell(
        "{count} documents verified, every stored byte read.", count=report.documents
    )
    story.tell("Plaintext found in vault and backup: {count} places.", count=len(found))


def what_next(story: "Story") -> None:
    """Say what to try."""
    place = story.place
    story.begin("Try it yourself")
    story.write(
        f"   export LEDGERVAULT_HOME={place}/vault\n"
        f"   export XDG_CONFIG_HOME={place}/config\n"
        f"   export LEDGERVAULT_PASSPHRASE_FILE={place}/key-file"
    )
    program = "vault" if shutil.which("vault") else sys.argv[0]
    commands = [(f"{program} {line}", meaning) for line, meaning in NEXT]
    width = max(display_width(command) for command, _meaning in commands) + 2
    for command, meaning in commands:
        story.write(f"   {pad(command, width)}{translate(meaning)}")
    story.tell("Your own: vault init --name NAME")
    story.tell("This one is yours to delete: {place}", place=place)


def _plaintext(place: Path) -> list[str]:
    found = []
    for part in ("vault", "backup"):
        for path in (place / part).rglob("*"):
            if path.is_file():
                raw = path.read_bytes()
                found += [
                    f"{path.name}: {word}"
                    for word in CANARIES
                    for encoding in ("utf-8", "gb18030", "utf-16-le")
                    if word.encode(encoding) in raw
                ]
    return found
