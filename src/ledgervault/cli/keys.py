"""The group `vault key`; every family of commands adds its own to it."""

import typer

from ledgervault.cli import key_slots

app = typer.Typer(rich_markup_mode=None)

for _register in (key_slots.register,):
    _register(app)
