"""`vault unlock` and `vault lock`: ask for a passphrase once, not at every command."""

from typing import TYPE_CHECKING, Annotated

import typer

from ledgervault.cli.durations import parse_session_time, time_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import printable

if TYPE_CHECKING:
    from ledgervault.bootstrap.agent import AgentView, Unlocked

LASTS, IDLE = "8h", "15m"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("unlock")(unlock)
    app.command("lock")(lock)


def unlock(
    lasts: Annotated[
        str | None,
        typer.Option("--for", help="How long at most: 8h, 90m. 8h if left out."),
    ] = None,
    idle: Annotated[
        str | None,
        typer.Option("--idle", help="How long without use: 15m if left out."),
    ] = None,
    is_status: Annotated[
        bool, typer.Option("--status", help="Only say what is unlocked.")
    ] = False,
) -> None:
    """Keep an identity unlocked for a while, in a small agent of this session.

    Example: vault unlock --for 8h --idle 30m
    """
    session = current()
    if is_status:
        _show_status()
        return
    from ledgervault.bootstrap.keeping_unlocked import keep_unlocked

    lasts_s = parse_session_time("--for", lasts or LASTS)
    idle_s = min(parse_session_time("--idle", idle or IDLE), lasts_s)
    made = keep_unlocked(
        session.settings, session.passphrase_prompt(), lasts_s=lasts_s, idle_s=idle_s
    )
    session.output.show(_json(made), lambda: _unlocked_text(made))


def lock() -> None:
    """Forget what `vault unlock` keeps: all of it, or one identity with --as.

    Example: vault lock
    """
    from ledgervault.bootstrap.agent import lock_identities

    session = current()
    count = lock_identities(session.settings)
    session.output.show({"locked": count}, lambda: _locked_text(count))


def _show_status() -> None:
    from ledgervault.bootstrap.agent import agent_view

    session = current()
    view = agent_view(session.settings)
    value = {"agent": view.process, "unlocked": [_json(one) for one in view.unlocked]}
    session.output.show(value, lambda: _status_text(view))


def _json(one: "Unlocked") -> dict[str, object]:
    return {
        "identity": one.name,
        "id": one.identity_id.hex(),
        "ends_in_s": one.ends_in_s,
        "idle_in_s": one.idle_in_s,
    }


def _unlocked_text(made: "Unlocked") -> str:
    return phrase(
        "{name} is unlocked for {time}, or until unused for {idle}.\n"
        "Next: any command; `vault lock` ends it at once",
        name=printable(made.name or ""),
        time=time_text(made.ends_in_s),
        idle=time_text(made.idle_in_s),
    )


def _locked_text(count: int) -> str:
    if not count:
        return translate("Nothing was unlocked.")
    return phrase("{count} identities are locked again.", count=count)


def _status_text(view: "AgentView") -> str:
    if not view.unlocked:
        return translate("Nothing is unlocked. Next: vault unlock")
    lines = [
        phrase(
            "{name}: unlocked for {time}, or until unused for {idle}",
            name=printable(one.name or one.identity_id.hex()),
            time=time_text(one.ends_in_s),
            idle=time_text(one.idle_in_s),
        )
        for one in view.unlocked
    ]
    return "\n".join(lines)
