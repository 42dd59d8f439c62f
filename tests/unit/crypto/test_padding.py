import pytest

from ledgervault.crypto.padding import padme


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (8, 8),
        (9, 10),
        (16, 16),
        (17, 18),
        (100, 104),
        (1000, 1024),
        (100_016, 100_352),
    ],
)
def test_known_sizes(size, padded):
    assert padme(size) == padded


def test_padding_grows_no_size_by_more_than_an_eighth():
    last = 0
    for size in range(1, 5000):
        assert size <= padme(size) <= size * 1.12 + 1
        assert padme(padme(size)) == padme(size) >= last
        last = padme(size)
