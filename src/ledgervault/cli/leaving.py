"""`vault user disable`: let somebody go, and say what he could have kept."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgervault.cli.output import first_few, number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed

if TYPE_CHECKING:
    from ledgervault.services.leaving import Parted


def register(parent: typer.Typer) -> None:
    """Add `disable`."""
    parent.command("disable")(disable)


def disable(
    name: Annotated[str, typer.Argument(help="A person's name or code.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Let somebody go: new keys for all he could open, and a report of what he saw.

    Example: vault user disable 陈会计 --reason 离职
    """
    from ledgervault.services.leaving import disable_user

    session = current()
    with (
        session.opened_vault() as vault,
        session.output.progress("re-wrapping") as advance,
    ):
        parted = disable_user(
            vault, name, why=reason, is_dry_run=dry_run, progress=advance
        )
    value = _shape(parted)
    session.output.show(value, lambda: _text(value))
    if parted.done is not None and parted.done.problems:
        raise ItemsFailed(
            "some papers could not be brought under the new keys",
            hint="`vault verify` names what is wrong with each",
        )


def _shape(parted: "Parted") -> dict[str, Any]:
    kept = parted.kept
    shape: dict[str, Any] = {
        "user": {"id": parted.code, "name": parted.name, "role": parted.role},
        "compartments": parted.compartments,
        "could_have_kept": {
            "clients": [
                {
                    "client": one.client,
                    "documents_up_to": one.reads or None,
                    "facts_up_to": one.knows or None,
                    "documents": one.documents,
                }
                for one in kept.clients
            ],
            "documents_taken_out": kept.read,
            "last_taken_out": [
                {"document": document, "at": at} for document, at in kept.recent
            ],
            "shares": list(kept.shares),
            "backups": list(kept.backups),
            "mirrors": list(kept.mirrors),
        },
    }
    if parted.done is None:
        return {**shape, "dry_run": True}
    return {
        **shape,
        "documents": parted.done.documents,
        "wraps": parted.done.wraps,
        "columns": parted.done.sealed,
        "ring_epoch": parted.ring_epoch,
        "mirrors": [
            {"mirror": location, "state": state} for location, state in parted.mirrors
        ],
    }


def _text(value: dict[str, Any]) -> str:
    lines = [_kept_text(value)]
    who = f"{value['user']['name']} ({value['user']['id']})"
    count = number_text(value["compartments"])
    if "dry_run" in value:
        text = "{who} would be let go: {count} compartments would get new keys."
        lines += [phrase(text, who=who, count=count)]
        return "\n".join(lines)
    text = (
        "{who} has left. {count} compartments have new keys, {documents} documents "
        "are under them, the ring is at epoch {epoch}."
    )
    documents, epoch = number_text(value["documents"]), value["ring_epoch"]
    lines.append(phrase(text, who=who, count=count, documents=documents, epoch=epoch))
    pending = [one for one in value["mirrors"] if one["state"] != "final"]
    for one in pending:
        text = "The mirror at {mirror} could not be reached and still opens as before."
        lines.append(phrase(text, mirror=one["mirror"]))
    lines.append(translate("Next: vault backup run, so that backups hold the new keys"))
    return "\n".join(lines)


def _kept_text(value: dict[str, Any]) -> str:
    kept, output = value["could_have_kept"], current().output
    rows = [
        (
            one["client"],
            translate(one["documents_up_to"] or "-"),
            translate(one["facts_up_to"] or "-"),
            one["documents"],
        )
        for one in kept["clients"]
    ]
    names = ("client", "documents up to", "facts up to", "documents")
    lines = [translate("What could have been kept, and no key takes back:")]
    lines.append(output.table(names, rows, right=(3,)))
    text = "Documents taken out, by the log: {count}"
    lines.append(phrase(text, count=number_text(kept["documents_taken_out"])))
    taken = [f"  {one['document']}  {one['at']}" for one in kept["last_taken_out"]]
    lines += first_few(taken)
    for text, found in (
        ("Shares made: {names}", kept["shares"]),
        ("Backups made: {names}", kept["backups"]),
        ("Mirrors of the ring set up: {names}", kept["mirrors"]),
    ):
        if found:
            lines.append(phrase(text, names=", ".join(found)))
    return "\n".join(lines)
