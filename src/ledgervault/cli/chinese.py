"""Texts kept as data beside the code: the Chinese catalogue, English singulars."""

import functools
import importlib.resources
import json


@functools.cache
def catalogue() -> dict[str, str]:
    """Return English texts and their Chinese, read once and only when needed."""
    return _read("zh.json")


@functools.cache
def singular() -> dict[str, str]:
    """Return English sentences with a {count}, and how they read of one thing."""
    return _read("en-singular.json")


def _read(name: str) -> dict[str, str]:
    place = importlib.resources.files("ledgervault.cli") / "locale" / name
    return dict(json.loads(place.read_text(encoding="utf-8")))
