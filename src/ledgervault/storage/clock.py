"""The system's clock: the one place that asks what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """Reads the time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock itself
