"""Times of a session on the command line: `8h`, `15m`, `90s`."""

import re

from ledgervault.cli.words import phrase
from ledgervault.errors import UsageInvalid

LONGEST_S = 24 * 3600
_TEXT = re.compile(r"([1-9][0-9]{0,5})([hms])")
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def parse_session_time(option: str, text: str) -> int:
    """Return the seconds of a time; UsageInvalid for none or more than a day."""
    found = _TEXT.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= LONGEST_S:
        raise UsageInvalid(
            f"{option} is no time of a session: {text[:20]!r}",
            hint="write 8h, 15m or 90s; at most 24h",
            code="usage.time",
        )
    return seconds


def time_text(seconds: int) -> str:
    """Write seconds for people, in minutes or hours and minutes."""
    minutes = max(seconds, 0) // 60
    if not minutes:
        return phrase("{seconds} s", seconds=max(seconds, 0))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return phrase("{minutes} min", minutes=minutes)
    return phrase("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
