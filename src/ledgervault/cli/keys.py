"""`vault key`: what opens an identity, and what recovers it."""

import typer

from ledgervault.cli import recovery

app = typer.Typer(rich_markup_mode=None)
app.add_typer(
    recovery.app,
    name="recovery",
    help="Recovery: from a printed kit, or by several people together.",
    no_args_is_help=True,
)
