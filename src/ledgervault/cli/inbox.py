"""`vault inbox`: what needs a person, why, and what it might be."""

from typing import Annotated

import typer

from ledgervault.cli.inbox_text import inbox_shape, inbox_text
from ledgervault.cli.session import current


def register(parent: typer.Typer) -> None:
    """Add `vault inbox`."""
    parent.command("inbox")(inbox)


def inbox(
    reason: Annotated[
        str | None, typer.Option("--reason", help="Only what waits for this reason.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="At most so many; 0 for all.")
    ] = 100,
    after: Annotated[
        str | None, typer.Option("--after", help="Continue behind this cursor.")
    ] = None,
) -> None:
    """List the papers that need a person, with what is suggested for each.

    Example: vault inbox --reason unclassified
    """
    from ledgervault.services.inbox import InboxRequest, list_inbox

    with current().opened_vault() as vault:
        found = list_inbox(vault, InboxRequest(reason, limit, after))
    current().output.show(inbox_shape(found), lambda: inbox_text(found))
