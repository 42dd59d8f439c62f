"""`vault share` and the share register."""

import os
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from ledgervault.cli.clients_text import plain_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import NotFound, UsageInvalid

app = typer.Typer(rich_markup_mode=None)
FORMATS = ("age",)
MAX_DAYS_TEXT = len("9999d")
_LABELS = {"shared_at": "shared", "expires_on": "expires"}


def share(
    documents: Annotated[list[str], typer.Argument(help="Document ids of one client.")],
    to: Annotated[
        str,
        typer.Option("--to", help="Recipient: a name, or an age or SSH public key."),
    ],
    purpose: Annotated[
        str, typer.Option("--purpose", help="Why; it goes on the register.")
    ] = "",
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="An age or SSH public key of a named recipient."),
    ] = None,
    expires: Annotated[
        str, typer.Option("--expires", help="A number of days such as 7d, or a date.")
    ] = "7d",
    format_: Annotated[str, typer.Option("--format", help="age.")] = "age",
    destination: Annotated[
        str,
        typer.Option(
            "--destination",
            help="Where the recipient is: domestic, abroad, or a country such as US.",
        ),
    ] = "domestic",
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="File or folder.")
    ] = None,
) -> None:
    """Share documents, encrypted to a key or under a passphrase.

    Example: vault share D-7K3M --to 李会计 --purpose 年审 --expires 7d
    """
    from ledgervault.formats.age_files import is_recipient
    from ledgervault.services.sharing import ShareRequest, share_documents

    if format_ not in FORMATS:
        raise UsageInvalid(
            f"this version shares as age, not as {format_[:20]!r}", hint="--format age"
        )
    keys = list(key or ()) + ([to] if is_recipient(to) else [])
    directory, name = _target(output)
    with current().opened_vault() as vault:
        request = ShareRequest(
            documents=tuple(documents),
            recipient=to,
            keys=tuple(keys),
            purpose=purpose,
            expires_on=_expiry(expires, vault.now().date()),
            directory=directory,
            name=name,
            destination=destination,
            term=expires,
        )
        shared = share_documents(vault, request)
    current().output.show(_shape(shared), lambda: _text(shared))


@app.command("list")
def list_() -> None:
    """List what was shared, with whom, why and until when.

    Example: vault shares list
    """
    from ledgervault.services.sharing import list_shares

    output = current().output
    with current().opened_vault() as vault:
        views = list_shares(vault)
    rows = [
        (
            view.row.code,
            view.client or "-",
            view.facts["recipient"],
            view.facts["purpose"],
            view.facts["expires_on"],
            len(view.facts["codes"]),
        )
        for view in views
    ]
    columns = ("id", "client", "recipient", "purpose", "expires", "documents")
    output.show(
        {"shares": [_view_shape(view) for view in views]},
        lambda: (
            output.table(columns, rows, right=(5,))
            if rows
            else translate("Nothing was shared.")
        ),
    )


@app.command("show")
def show(share_id: Annotated[str, typer.Argument(help="Share id.")]) -> None:
    """Show one share.

    Example: vault shares show S-7K3M9Q2A
    """
    from ledgervault.ids import parse_code
    from ledgervault.services.sharing import list_shares

    code = parse_code("S", share_id)
    with current().opened_vault() as vault:
        found = [view for view in list_shares(vault) if view.row.code.startswith(code)]
    if len(found) != 1:
        raise NotFound(
            f"no single share has the id {code}", hint="see `vault shares list`"
        )
    shape = _view_shape(found[0])
    current().output.show(
        {"share": shape},
        lambda: current().output.pairs(
            [(_LABELS.get(key, key), plain_text(item)) for key, item in shape.items()]
        ),
    )


def _view_shape(view: Any) -> dict[str, Any]:
    facts = view.facts
    return {
        "id": view.row.code,
        "client": view.client,
        "documents": facts["codes"],
        "recipient": facts["recipient"],
        "keys": facts["keys"],
        "purpose": facts["purpose"],
        "format": facts["format"],
        "shared_at": facts["shared_at"],
        "expires_on": facts["expires_on"],
    }


def _shape(shared: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "share": shared.code,
        "documents": list(shared.documents),
        "recipient": shared.recipient,
        "format": "age",
        "path": shared.path,
        "expires_on": shared.expires_on.isoformat(),
    }
    if shared.passphrase is not None:
        shape["passphrase"] = shared.passphrase
    return shape


def _text(shared: Any) -> str:
    lines = [
        phrase(
            "{share}: {count} documents for {recipient}, until {expires}.",
            share=shared.code,
            count=len(shared.documents),
            recipient=shared.recipient,
            expires=shared.expires_on,
        ),
        phrase("File        {path}", path=shared.path),
    ]
    if shared.passphrase is not None:
        lines.append(phrase("Passphrase  {passphrase}", passphrase=shared.passphrase))
        lines.append(
            translate("It is shown once. Send it by another channel than the file.")
        )
    lines.append(
        translate("A copy that left is beyond destruction; certificates will name it.")
    )
    return "\n".join(lines)


def _expiry(text: str, today: date) -> date:
    from ledgervault.domain.client_facts import parse_day

    if (
        text.endswith("d")
        and text[:-1].isascii()
        and text[:-1].isdigit()
        and len(text) <= MAX_DAYS_TEXT
    ):
        return today + timedelta(days=int(text[:-1]))
    return parse_day(text)


def _target(output: str | None) -> tuple[str, str | None]:
    if output is None:
        return ".", None
    if output.endswith("/") or os.path.isdir(output):  # noqa: PTH112 - a user's path as it is
        return output, None
    folder, name = os.path.split(output)
    return folder or ".", name


def register(parent: typer.Typer) -> None:
    """Add `vault share` beside the register's own commands."""
    parent.command("share")(share)
