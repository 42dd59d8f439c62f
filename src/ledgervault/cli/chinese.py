"""The Chinese catalogue: texts of the command line, kept as data beside the code."""

import functools
import importlib.resources
import json


@functools.cache
def catalogue() -> dict[str, str]:
    """Return English texts and their Chinese, read once and only when needed."""
    place = importlib.resources.files("ledgervault.cli") / "locale" / "zh.json"
    return dict(json.loads(place.read_text(encoding="utf-8")))
