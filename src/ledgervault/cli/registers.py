"""`vault register KIND`: what the firm records of people, events and promises."""

from typing import Annotated, Any

import typer

from ledgervault.cli.registers_text import (
    due_shape,
    due_text,
    entries_text,
    entry_shape,
    entry_text,
)
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase
from ledgervault.errors import UsageInvalid

app = typer.Typer(rich_markup_mode=None)
EntryArgument = Annotated[str, typer.Argument(help="Entry id.")]
FieldArguments = Annotated[
    list[str] | None,
    typer.Argument(help="What it states as FIELD=VALUE; people by name or U- code."),
]


def register(tree: typer.Typer) -> None:
    """Add the command that stands outside the group."""
    tree.command("due")(due)


@app.callback()
def kind_of(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(help="A register of the policy, such as nda or training.")
    ],
) -> None:
    """Keep the registers: promises of secrecy, training, incidents, reviews."""
    context.obj = kind


@app.command("add")
def add(
    context: typer.Context,
    fields: FieldArguments = None,
    state: Annotated[
        str, typer.Option("--state", help="Its state, if not the usual one.")
    ] = "",
) -> None:
    """Enter something in a register.

    Example: vault register nda add person=王会计 version=2 signed_on=2026-11-01
    """
    from ledgervault.services.registers import add_entry

    with current().opened_vault() as vault:
        view = add_entry(vault, context.obj, _fields(fields), state=state)
    current().output.show(
        {"entry": entry_shape(view)},
        lambda: phrase("{code} entered: {state}.", code=view.entry.code, **_said(view)),
    )


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the entries of a register.

    Example: vault register nda list
    """
    from ledgervault.services.registers import list_entries

    with current().opened_vault() as vault:
        views = list_entries(vault, context.obj)
    current().output.show(
        {"entries": [entry_shape(view) for view in views]},
        lambda: entries_text(views),
    )


@app.command("show")
def show(context: typer.Context, entry: EntryArgument) -> None:
    """Show one entry with what it states.

    Example: vault register nda show R-7K3M9Q2A
    """
    from ledgervault.services.registers import show_entry

    with current().opened_vault() as vault:
        view = show_entry(vault, context.obj, entry)
    current().output.show({"entry": entry_shape(view)}, lambda: entry_text(view))


@app.command("advance")
def advance(
    context: typer.Context,
    entry: EntryArgument,
    fields: FieldArguments = None,
    to: Annotated[str, typer.Option("--to", help="The state it moves to.")] = "",
) -> None:
    """Move an entry on: another state, or what has become known since.

    Example: vault register nda advance R-7K3M9Q2A --to ended ends_on=2026-12-31
    """
    from ledgervault.services.registers import advance_entry

    with current().opened_vault() as vault:
        view = advance_entry(vault, context.obj, entry, state=to, given=_fields(fields))
    current().output.show(
        {"entry": entry_shape(view)},
        lambda: phrase("{code} is {state} now.", code=view.entry.code, **_said(view)),
    )


def due(
    within: Annotated[
        str, typer.Option("--within", help="How many days ahead, such as 30d.")
    ] = "30d",
) -> None:
    """List what lapses, must move on, or may be disposed of soon.

    Example: vault due --within 60d
    """
    from ledgervault.services.due import list_due

    days = within.removesuffix("d")
    if not (days.isascii() and days.isdigit() and len(days) <= len("99999")):
        raise UsageInvalid(
            f"not a number of days: {within[:20]!r}", hint="--within 30d"
        )
    with current().opened_vault() as vault:
        found = list_due(vault, within_days=int(days))
    current().output.show(
        {"due": [due_shape(one) for one in found]}, lambda: due_text(found)
    )


def _said(view: Any) -> dict[str, str]:
    return {"state": view.entry.state}


def _fields(pairs: list[str] | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in pairs or ():
        name, separator, value = pair.partition("=")
        if not (separator and name) or name in fields:
            raise UsageInvalid(
                f"not a field, or stated twice: {pair[:40]!r}",
                hint="write FIELD=VALUE, such as signed_on=2026-11-01",
                code="usage.field",
            )
        fields[name] = value
    return fields
