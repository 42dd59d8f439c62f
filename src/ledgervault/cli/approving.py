"""`vault approve`: what waits for several people, shown, answered, taken back."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgervault.cli.approving_text import (
    list_text,
    request_shape,
    request_text,
)
from ledgervault.cli.disposals import disposal_shape, disposal_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import UsageInvalid

if TYPE_CHECKING:
    from ledgervault.vault.opened import Vault

_YES = frozenset({"y", "yes", "是"})


def approve(
    request: Annotated[
        str, typer.Argument(help="A request A-... or a disposal X-...; none lists.")
    ] = "",
    reject: Annotated[
        bool, typer.Option("--reject", help="Say no; it takes a reason.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back what you asked for.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask again; for scripts.")
    ] = False,
) -> None:
    """List what waits for your approval, or show one request and approve it.

    Example: vault approve A-7K3M9Q2A
    """
    if reject and withdraw:
        raise UsageInvalid(
            "--reject and --withdraw exclude each other", hint="choose one of them"
        )
    if not request:
        _list(is_bare=not (reject or withdraw))
        return
    answer = "withdraw" if withdraw else "reject" if reject else "approve"
    _verify_can_ask(is_asked=answer == "approve" and not yes)
    asks = answer == "approve" and not yes
    with current().opened_vault() as vault:
        if request.strip().upper().startswith("X"):
            _disposal(vault, request, answer, reason, asks=asks)
        else:
            _request(vault, request, answer, reason, asks=asks)


def register(parent: typer.Typer) -> None:
    """Add `vault approve`."""
    parent.command("approve")(approve)


def _verify_can_ask(*, is_asked: bool) -> None:
    session = current()
    has_person = sys.stdin is not None and sys.stdin.isatty()
    if is_asked and (session.options.is_json or not has_person):
        raise UsageInvalid(
            "there is nobody to ask whether this may be approved",
            hint="read it with `vault approve`, then add --yes",
        )


def _list(*, is_bare: bool) -> None:
    from ledgervault.services.approving import list_requests
    from ledgervault.services.disposals import list_disposals

    if not is_bare:
        raise UsageInvalid("name a request", hint="`vault approve` lists them")
    with current().opened_vault() as vault:
        pages = list_requests(vault)
        disposals = list_disposals(vault, state="proposed")
        value = {
            "waiting": [request_shape(one) for one in pages if one.is_for_me],
            "proposed": [request_shape(one) for one in pages if one.is_mine],
            "disposals": [disposal_shape(one) for one in disposals if one.is_for_me],
        }
    current().output.show(value, lambda: list_text(value, current().output.table))


def _request(
    vault: "Vault", name: str, answer: str, reason: str, *, asks: bool
) -> None:
    from ledgervault.services.approving import (
        answer_request,
        show_request,
        withdraw_request,
    )

    if asks and not _is_agreed(request_text(request_shape(show_request(vault, name)))):
        return
    if answer == "withdraw":
        page = withdraw_request(vault, name, reason=reason)
    else:
        page = answer_request(vault, name, answer=answer, reason=reason)
    shape = request_shape(page)
    current().output.show({"request": shape}, lambda: _done_text(shape))


def _disposal(
    vault: "Vault", name: str, answer: str, reason: str, *, asks: bool
) -> None:
    from ledgervault.services.disposals import answer_disposal, show_disposal

    if answer == "withdraw":
        raise UsageInvalid(
            "a proposed disposal is rejected, not withdrawn", hint="use --reject"
        )
    if asks and not _is_agreed(
        disposal_text(disposal_shape(show_disposal(vault, name)))
    ):
        return
    shape = disposal_shape(answer_disposal(vault, name, answer=answer, reason=reason))
    current().output.show({"disposal": shape}, lambda: _done_text(shape))


def _is_agreed(text: str) -> bool:
    output = current().output
    output.say(text)
    output.say(translate("Approve exactly this? y/N"))
    if sys.stdin.readline().strip().lower() in _YES:
        return True
    output.say(translate("Nothing was approved."))
    return False


def _done_text(shape: dict[str, Any]) -> str:
    lines = [
        phrase("{id} is now {state}.", id=shape["id"], state=translate(shape["state"]))
    ]
    if shape["state"] == "ready":
        name = shape["proposer"]["name"]
        lines.append(phrase("Next: {name} runs the command again.", name=name))
    elif shape["state"] == "approved":
        lines.append(translate("Next: vault purge --expired"))
    else:
        lines.append(translate("Next: vault approve"))
    return "\n".join(lines)
