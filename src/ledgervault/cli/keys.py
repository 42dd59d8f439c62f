"""`vault key`: keys, and how they are renewed."""

import typer

from ledgervault.cli import rotating

app = typer.Typer(rich_markup_mode=None)
rotating.register(app)
