"""`vault key slot` and `vault key passphrase`: the ways to unlock an identity."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgervault.cli.session import Session, current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import NotAuthorised, UsageInvalid

if TYPE_CHECKING:
    from ledgervault.bootstrap.key_slots import SlotView

slots = typer.Typer(rich_markup_mode=None)
KINDS = ("passphrase", "keyring", "key-file", "token", "passphrase+token", "recovery")
NewFile = Annotated[
    str | None,
    typer.Option("--new-passphrase-file", help="Where the new passphrase is read."),
]
Strong = Annotated[
    bool,
    typer.Option(
        "--strong", help="Make every guess cost 256 MiB, as owners and partners should."
    ),
]
Module = Annotated[
    str | None,
    typer.Option("--module", help="The PKCS#11 module of the token, a .so file."),
]
TokenLabel = Annotated[
    str | None, typer.Option("--token", help="The label of the token.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(
        slots, name="slot", help="Ways to unlock an identity.", no_args_is_help=True
    )
    app.command("passphrase")(passphrase)


@slots.command("list")
def list_() -> None:
    """List the ways to unlock the identity; nothing is unlocked.

    Example: vault key slot list
    """
    from ledgervault.bootstrap.key_slots import list_slots

    output = current().output
    views = list_slots(current().settings)
    output.show(
        {"slots": [slot_value(one) for one in views]}, lambda: slot_table(views)
    )


@slots.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="One of: " + ", ".join(KINDS) + ".")],
    file: Annotated[
        str | None,
        typer.Option("--file", help="Where a key file or a recovery page is written."),
    ] = None,
    new_passphrase_file: NewFile = None,
    strong: Strong = False,
    module: Module = None,
    token: TokenLabel = None,
) -> None:
    """Add a way to unlock the identity; the others stay.

    Example: vault key slot add keyring
    """
    from ledgervault.bootstrap.key_slots import add_slot
    from ledgervault.bootstrap.slot_filling import SlotRequest
    from ledgervault.crypto.identity_file import WITH_PASSPHRASE

    session = current()
    chosen = _kind(kind)
    choose_token(session, module, token)
    needs_passphrase = chosen in WITH_PASSPHRASE
    request = SlotRequest(
        kind=chosen,
        passphrase=_new(session, new_passphrase_file) if needs_passphrase else None,
        is_strong=strong,
        path=Path(file) if file else None,
    )
    view = add_slot(session.settings, session.passphrase_prompt(), request)
    value = {"slot": slot_value(view), "file": file}
    session.output.show(value, lambda: _added_text(view, file))


@slots.command("remove")
def remove(
    slot: Annotated[str, typer.Argument(help="A slot id; a beginning is enough.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go, and remove nothing.")
    ] = False,
) -> None:
    """Remove a way to unlock the identity; the last one stays.

    Example: vault key slot remove K-7K3M --dry-run
    """
    from ledgervault.bootstrap.key_slots import drop_slot

    session = current()
    gone = drop_slot(
        session.settings, session.passphrase_prompt(), slot, is_dry=dry_run
    )
    value = {
        "slot": slot_value(gone.slot),
        "removed": not dry_run,
        "key_left_behind": not dry_run and not gone.is_clean,
    }
    said = "{id} ({kind}) would go." if dry_run else "{id} ({kind}) is gone."
    kind = translate(gone.slot.kind)
    session.output.show(value, lambda: phrase(said, id=gone.slot.id, kind=kind))
    if value["key_left_behind"]:
        session.output.say(
            translate(
                "Its key is still in the keyring or token, and opens nothing now."
            )
        )
    elif not dry_run:
        session.output.say(
            translate("Old copies of the identity file still open with it: erase them.")
        )


def passphrase(new_passphrase_file: NewFile = None, strong: Strong = False) -> None:
    """Change the passphrase; the old one is asked for first.

    Example: vault key passphrase --strong
    """
    from ledgervault.bootstrap.passphrase_change import begin_change, finish_change

    session = current()
    changing = begin_change(session.settings, session.passphrase_prompt())
    fresh = _new(session, new_passphrase_file)
    view = finish_change(changing, fresh, is_strong=strong)
    session.output.show(
        {"slot": slot_value(view)},
        lambda: phrase(
            "The passphrase is changed ({id}). Copies of the identity file made before "
            "still open with the old one: erase them.",
            id=view.id,
        ),
    )


def slot_value(view: "SlotView") -> dict[str, Any]:
    """Return a slot as JSON shows it."""
    return {
        "id": view.id,
        "kind": view.kind,
        "memory_mib": view.memory_mib or None,
        "token": view.where or None,
    }


def slot_table(views: "list[SlotView]") -> str:
    """Return slots as a table."""
    rows = [
        (
            one.id,
            translate(one.kind),
            f"{one.memory_mib} MiB" if one.memory_mib else "-",
            one.where or "-",
        )
        for one in views
    ]
    return current().output.table(
        ("slot", "opens with", "a guess costs", "token"), rows
    )


def choose_token(session: Session, module: str | None, label: str | None) -> None:
    """Remember the token that the options name; half of a name is refused."""
    if not module and not label:
        return
    if not module or not label:
        raise UsageInvalid(
            "a token is named by its module and its label",
            hint="give both --module FILE and --token LABEL",
        )
    from ledgervault.bootstrap.tokens import set_up_token

    set_up_token(session.settings, Path(module), label)


def _kind(text: str) -> Any:
    from ledgervault.crypto.identity_file import SlotKind

    kinds = dict(
        zip(
            KINDS,
            (
                SlotKind.PASSPHRASE,
                SlotKind.KEYRING,
                SlotKind.KEY_FILE,
                SlotKind.PKCS11,
                SlotKind.PASSPHRASE_AND_TOKEN,
                SlotKind.RECOVERY,
            ),
            strict=True,
        )
    )
    if text not in kinds:
        raise UsageInvalid(
            f"no such kind of slot: {text[:40]!r}", hint="one of: " + ", ".join(KINDS)
        )
    return kinds[text]


def _new(session: Session, file: str | None) -> str:
    fresh = session.fresh_passphrase(file)
    if fresh is None:
        raise NotAuthorised(
            "there is no terminal to ask for a new passphrase on",
            hint="give --new-passphrase-file FILE",
            code="passphrase.missing",
        )
    return fresh


def _added_text(view: "SlotView", file: str | None) -> str:
    text = phrase(
        "{id} opens the identity now too: {kind}.",
        id=view.id,
        kind=translate(view.kind),
    )
    if file:
        text += "\n" + phrase("{file} is as secret as the identity itself.", file=file)
    return text
