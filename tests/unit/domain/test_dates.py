import pytest

from ledgervault.domain.dates import month_in


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("14.05.2025", "2025-05"),
        ("28/05/2026", "2026-05"),
        ("05/28/2026", "2026-05"),
        ("04/10/2025", "2025-10"),
        ("7 July 2026", "2026-07"),
        ("31st March, 2025", "2025-03"),
        ("March 14, 2026", "2026-03"),
        ("Sept. 2024", "2024-09"),
        ("3. März 2026", "2026-03"),
        ("1. Dezember 2025", "2025-12"),
        ("signed 1.2.2026, paid 7 July 2025", "2026-02"),
        ("13.13.2026", None),
        ("Mayor 2025", None),
        ("version 1.2.20261", None),
        ("2025-07-01", None),
        ("", None),
    ],
)
def test_days_and_months_by_name_are_read_as_months(text, month):
    assert month_in(text) == month


def test_order_of_numbers_is_the_country_s():
    assert month_in("04/10/2025", is_month_first=True) == "2025-04"
    assert month_in("04.10.2025", is_month_first=True) == "2025-10"
    assert month_in("28/05/2026", is_month_first=True) == "2026-05"
