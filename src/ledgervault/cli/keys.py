"""`vault key`: what opens an identity, how keys are renewed, what recovers them."""

import typer

from ledgervault.cli import (
    key_escrow,
    key_slots,
    key_status,
    recovery,
    renewing,
    rotating,
)

app = typer.Typer(rich_markup_mode=None)
key_status.register(app)
key_slots.register(app)
key_escrow.register(app)
rotating.register(app)
renewing.register(app)
app.add_typer(
    recovery.app,
    name="recovery",
    help="Recovery: from a printed kit, or by several people together.",
    no_args_is_help=True,
)
