"""`vault key`: keys, how they are renewed, and what recovers them."""

import typer

from ledgervault.cli import recovery, rotating

app = typer.Typer(rich_markup_mode=None)
rotating.register(app)
app.add_typer(
    recovery.app,
    name="recovery",
    help="Recovery: from a printed kit, or by several people together.",
    no_args_is_help=True,
)
