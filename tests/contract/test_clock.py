from datetime import timedelta

from ledgervault.storage.clock import SystemClock


def test_clock_tells_aware_utc():
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert SystemClock().now() >= now
