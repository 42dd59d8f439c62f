"""QR codes as inline SVG and as text blocks; the symbols come from segno."""

from collections.abc import Sequence

QUIET = 4  # modules of white around a symbol (ISO/IEC 18004, 6.3.8)
_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr_modules(text: str, *, error: str) -> list[list[int]]:
    """Return the symbol of a text, 1 for dark, with its quiet zone."""
    import segno

    symbol = segno.make(text, error=error, micro=False)
    return [list(row) for row in symbol.matrix_iter(border=QUIET)]


def qr_svg(modules: Sequence[Sequence[int]], label: str) -> str:
    """Draw a symbol as one path; black on white, whatever the page says."""
    size = len(modules)
    path = "".join(
        f"M{start} {row}h{end - start}v1H{start}z"
        for row, line in enumerate(modules)
        for start, end in _runs(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'role="img" aria-label="{label}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def qr_text(modules: Sequence[Sequence[int]]) -> str:
    """Draw a symbol with half blocks, two rows a line, for a page in dark ink."""
    rows = [*modules, [0] * len(modules)] if len(modules) % 2 else list(modules)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = (
        "".join(_BLOCKS[top, bottom] for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in pairs
    )
    return "\n".join(line.rstrip() for line in lines)


def _runs(line: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column, is_dark in enumerate(line):
        if not is_dark:
            continue
        if runs and runs[-1][1] == column:
            runs[-1] = (runs[-1][0], column + 1)
        else:
            runs.append((column, column + 1))
    return runs
