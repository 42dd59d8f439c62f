"""`vault key renew`: new keys for oneself, with the same standing."""

from typing import Annotated

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase


def register(parent: typer.Typer) -> None:
    """Add `renew`."""
    parent.command("renew")(renew)


def renew(
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", help="Make a key file instead of a passphrase."),
    ] = None,
    recovery_kit: Annotated[
        str | None,
        typer.Option("--recovery-kit", help="Where the recovery kit is written."),
    ] = None,
) -> None:
    """Take new keys for yourself; roles, grants and teams stay as they are.

    Example: vault key renew
    """
    from ledgervault.bootstrap.succeeding import SuccessionRequest, rotate_identity

    session = current()
    request = SuccessionRequest(
        passphrase=None if key_file else session.new_passphrase(),
        key_file=key_file,
        recovery_kit=recovery_kit,
    )
    taken = rotate_identity(session.settings, session.passphrase_prompt(), request)
    value = {
        "identity": taken.identity,
        "user": taken.succeeded.after,
        "before": taken.succeeded.before,
        "keys": taken.succeeded.keys,
        "fingerprint": taken.fingerprint,
        "retired": taken.retired,
        "recovery_kit": taken.recovery_kit,
    }
    text = (
        "{identity} has new keys: {fingerprint}\n"
        "{keys} keys were sealed to them; {before} is {user} from now on.\n"
        "The old file opens nothing here any more: {retired}\n"
        "New recovery kit, to be printed: {recovery_kit}\n"
        "Next: if somebody else may have had the old keys: "
        "vault key rotate --all --ring; then vault key slot add, vault backup run"
    )
    session.output.show(value, lambda: phrase(text, **value))
