"""Sentences that arrive filled in: translated by what stands around the values.

Errors and findings carry whole sentences, because they also stand in JSON and in
tests. Here such a sentence is matched against the catalogue's templates.
"""

import dataclasses
import functools
import re
from collections.abc import Callable

from ledgervault.cli.chinese import catalogue

# Values that are words of ours; every other value is shown as it is.
OUR_WORDS = frozenset({"why", "reason", "problem", "kind", "state"})
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """An English sentence with places, and its Chinese."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    chinese: str

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return what stands at the places, or None if the sentence is another."""
        first, last = self.literals[0], self.literals[-1]
        if not (text.startswith(first) and text.endswith(last)):
            return None
        pattern = "(.+)".join(map(re.escape, self.literals))
        found = re.fullmatch(pattern, text, re.DOTALL)
        return dict(zip(self.names, found.groups(), strict=True)) if found else None


def translate_filled(text: str, translate: Callable[[str], str]) -> str | None:
    """Translate a filled-in sentence; None if no template fits it."""
    for template in _templates():
        values = template.values_in(text)
        if values is not None:
            return template.chinese.format(
                **{
                    name: translate(value) if name in OUR_WORDS else value
                    for name, value in values.items()
                }
            )
    return None


@functools.cache
def _templates() -> tuple[Template, ...]:
    made = [
        Template(tuple(_PLACE.split(english)[::2]), tuple(names), chinese)
        for english, chinese in catalogue().items()
        if (names := _PLACE.findall(english)) and len(set(names)) == len(names)
    ]
    # What says most of itself fits best.
    return tuple(sorted(made, key=lambda one: -sum(map(len, one.literals))))
