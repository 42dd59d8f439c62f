"""Brings a catalogue to the newest schema with Alembic, configured in code.

Imported only when a catalogue is created or behind: Alembic is slow to load.
"""

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_HERE = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """Open the history of revisions that ships with the program."""
    return ScriptDirectory(_HERE, version_locations=[_HERE / "versions"])


def upgrade(connection: Connection) -> None:
    """Run every revision that is missing; the caller owns the transaction."""
    history = scripts()
    context = MigrationContext.configure(connection)
    present = context.get_current_revision() or "base"
    missing = list(history.iterate_revisions("head", present))
    with Operations.context(context):
        for script in reversed(missing):
            script.module.upgrade()
            context.stamp(history, script.revision)
