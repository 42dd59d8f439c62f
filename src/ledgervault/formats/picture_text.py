"""Words in pictures and in pages that are pictures, by an engine that is installed.

Runs only where `confined` runs it. `rapidocr` comes with the extra `ocr`, its models
in its wheel; Tesseract is used where the machine has it with Chinese.
"""

import functools
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

Engine = Callable[[Any], list[str]]  # encoded picture or array of pixels to lines

MAX_PAGES = 5
PIXELS_AN_INCH = 200
POINTS_AN_INCH = 72
SECONDS = 20
_LANGUAGES = "chi_sim+eng"


def has_engine() -> bool:
    """Say whether anything here can read pictures; imports nothing."""
    return _has_rapidocr() or shutil.which("tesseract") is not None


def read_picture(content: bytes) -> list[str]:
    """Return the lines of a picture."""
    return _engine()(content)


def read_scan(content: bytes) -> list[str]:
    """Return the texts of the first pages of a PDF, each drawn and looked at."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return [
            "\n".join(_engine()(_drawn(document[at])))
            for at in range(min(len(document), MAX_PAGES))
        ]
    finally:
        document.close()


def _has_rapidocr() -> bool:
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def _drawn(page: Any) -> Any:
    return page.render(scale=PIXELS_AN_INCH / POINTS_AN_INCH).to_numpy()


@functools.cache
def _engine() -> Engine:
    return _rapidocr() if _has_rapidocr() else _tesseract


def _rapidocr() -> Engine:
    from rapidocr import RapidOCR

    # Sealers are as many as processors: an engine for all of them would queue.
    one_thread = {"EngineConfig.onnxruntime.intra_op_num_threads": 1}
    engine = RapidOCR(params={"Global.log_level": "critical", **one_thread})

    def read(picture: Any) -> list[str]:
        found = engine(picture)
        return [str(line) for line in found.txts or ()]

    return read


def _tesseract(picture: Any) -> list[str]:
    content = picture if isinstance(picture, bytes) else _as_pnm(picture)
    done = subprocess.run(  # noqa: S603 - fixed words; the picture goes through a pipe
        ["tesseract", "-", "-", "-l", _LANGUAGES, "--psm", "6"],  # noqa: S607 - the machine's own
        input=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=True,
        # More threads than processors make it several times slower.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return [_without_gaps(line) for line in lines if line.strip()]


def _as_pnm(pixels: Any) -> bytes:
    height, width = pixels.shape[:2]
    shown = pixels[:, :, ::-1] if pixels.ndim > 2 else pixels  # noqa: PLR2004 - rows, columns, colours
    kind = b"P6" if pixels.ndim > 2 else b"P5"  # noqa: PLR2004 - same
    head = b"%s %d %d 255\n" % (kind, width, height)
    return head + bytes(shown.tobytes())


def _without_gaps(line: str) -> str:
    """Join what the engine sets apart: it puts a space between Chinese characters."""
    words = line.split(" ")
    joined = words[:1]
    for word in words[1:]:
        is_apart = joined[-1][-1:].isascii() or word[:1].isascii()
        joined[-1:] = [joined[-1], word] if is_apart else [joined[-1] + word]
    return " ".join(joined)
