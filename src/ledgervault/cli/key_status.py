"""`vault key status`: the identity, its slots, what keys it holds, and the copies."""

from typing import TYPE_CHECKING, Any

import typer

from ledgervault.cli.key_escrow import escrow_table, escrow_value
from ledgervault.cli.key_slots import slot_table, slot_value
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate

if TYPE_CHECKING:
    from ledgervault.bootstrap.key_slots import SlotView
    from ledgervault.services.key_status import KeyStatus


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status() -> None:
    """Show your identity: how it unlocks, what keys it holds, where copies are.

    Example: vault key status
    """
    from ledgervault.bootstrap.key_slots import list_slots
    from ledgervault.bootstrap.unlocking import load_identity
    from ledgervault.services.key_status import key_status

    session = current()
    with session.opened_vault() as vault:
        held = key_status(vault)
    name, slots = load_identity(session.settings).name, list_slots(session.settings)
    value = {
        "identity": name,
        **_value(held),
        "slots": [slot_value(one) for one in slots],
        "mirrors": [escrow_value(one) for one in held.copies],
    }
    session.output.show(value, lambda: _text(name, held, slots))


def _value(held: "KeyStatus") -> dict[str, Any]:
    return {
        "fingerprint": held.fingerprint,
        "role": held.role,
        "keys": {
            "clients": held.clients,
            "doc": held.doc_keys,
            "meta": held.meta_keys,
            "ring": held.ring_keys,
        },
        "anchors": {
            "driver": held.anchor_driver,
            "epochs": list(held.anchor_epochs),
            "live_epoch": held.live_epoch,
        },
    }


def _text(name: str, held: "KeyStatus", slots: "list[SlotView]") -> str:
    epochs = ", ".join(map(str, held.anchor_epochs))
    pairs = current().output.pairs(
        [
            ("identity", f"{name}  {held.fingerprint}"),
            ("role", translate(held.role)),
            (
                "keys held",
                phrase(
                    "{doc} of documents, {meta} of what is said of them, "
                    "{ring} of the ring; clients: {clients}",
                    doc=held.doc_keys,
                    meta=held.meta_keys,
                    ring=held.ring_keys,
                    clients=held.clients,
                ),
            ),
            ("anchors", f"{held.anchor_driver}  {epochs}"),
            ("live epoch", held.live_epoch),
        ]
    )
    parts = [pairs, slot_table(slots)]
    if held.copies:
        parts.append(escrow_table(held.copies))
    else:
        parts.append(translate("No copy of the ring: vault key escrow add FOLDER"))
    return "\n\n".join(parts)
