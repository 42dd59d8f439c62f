"""The group `vault key`; every family of commands adds its own to it."""

import typer

from ledgervault.cli import key_escrow, key_slots, key_status

app = typer.Typer(rich_markup_mode=None)

# In the order in which the help page lists them.
for _register in (key_status.register, key_slots.register, key_escrow.register):
    _register(app)
