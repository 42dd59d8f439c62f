"""Which journal SQLite may keep: the rule, and the reason it gives to people.

WAL with FULL is durable, but releases with the WAL-reset data race can lose or
corrupt commits. DELETE with EXTRA also syncs the directory after the journal
is unlinked; DELETE with FULL does not and lost acknowledged rows at power cuts.
"""

import dataclasses

FIXED_SINCE = (3, 51, 3)
FIXED_IN_LINE = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}


@dataclasses.dataclass(frozen=True, slots=True)
class JournalRule:
    """Settings for `PRAGMA journal_mode` and `synchronous`, and why."""

    mode: str
    synchronous: str
    reason: str


def choose_journal(version: tuple[int, ...]) -> JournalRule:
    """Choose the journal for a linked SQLite version such as (3, 40, 1)."""
    text = ".".join(str(part) for part in version)
    if is_wal_safe(version):
        reason = f"SQLite {text} has the fix of the WAL-reset bug"
        return JournalRule("wal", "FULL", reason)
    reason = f"SQLite {text} has the WAL-reset bug, so WAL is not used"
    return JournalRule("delete", "EXTRA", reason)


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Say whether a version, or its maintenance line, has the WAL-reset fix."""
    line = FIXED_IN_LINE.get((version[0], version[1]))
    return version >= FIXED_SINCE or (line is not None and version >= line)
