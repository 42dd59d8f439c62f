"""How recovery stands, for people and for scripts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ledgervault.cli.output import Output
from ledgervault.cli.words import phrase, translate

if TYPE_CHECKING:
    from ledgervault.services.recovery.standing import RecoveryStatus


def status_value(found: "RecoveryStatus") -> dict[str, Any]:
    """Return the shape of `--json`."""
    return {
        "ok": found.is_enough,
        "set": found.set_id,
        "needed": found.needed,
        "people": [
            {"name": member.name, "active": member.is_active}
            for member in found.members
        ],
        "arranged_by": found.maker,
        "arranged_at": _instant(found.arranged_ms),
        "drilled_at": _instant(found.drilled_ms),
        "missing_grants": found.missing_grants,
        "fingerprint": found.fingerprint,
    }


def status_text(output: Output, found: "RecoveryStatus") -> str:
    """Return the page of `vault key recovery status`."""
    people = ", ".join(
        member.name if member.is_active else f"{member.name} ({translate('disabled')})"
        for member in found.members
    )
    rows = [
        ("Needed", phrase("any {count} of them", count=found.needed)),
        ("People", people),
        ("Arranged", f"{_instant(found.arranged_ms)}, {found.maker}"),
        ("Rehearsed", _instant(found.drilled_ms) or translate("not yet")),
        ("Keys it lacks", found.missing_grants),
        ("Fingerprint", found.fingerprint),
    ]
    return output.pairs(rows) + ("" if found.is_enough else "\n" + translate(ANEW))


ANEW = "Next: vault key recovery arrange, with people who are here."


def _instant(time_ms: int | None) -> str | None:
    if time_ms is None:
        return None
    at = datetime.fromtimestamp(time_ms / 1000, UTC)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
