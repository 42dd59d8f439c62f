"""One face for every failure to open: it never says which check failed."""

from ledgervault.errors import IntegrityViolated


def cannot_open(what: str) -> IntegrityViolated:
    """Return the error for a record that does not open."""
    return IntegrityViolated(
        f"cannot open {what}: it was changed, exchanged, or sealed under another key",
        hint="run `vault verify` and `vault log verify`; restore from a backup",
        code="seal.broken",
    )
