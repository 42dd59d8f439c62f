"""Padmé: sizes that leak at most O(log log n) bits (Nikitin et al., PETS 2019)."""


def padme(size: int) -> int:
    """Return the padded size: `size` with its low bits rounded up."""
    if size.bit_length() <= 1:
        return size
    exponent = size.bit_length() - 1
    kept = exponent.bit_length()
    mask = (1 << max(0, exponent - kept)) - 1
    return (size + mask) & ~mask
