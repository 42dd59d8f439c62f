"""What is known of a paper before it is classified, and what a person said of it."""

import dataclasses
from collections.abc import Mapping

TEXT_CHARACTERS = 4000  # headings stand at the top; more would cost, not tell


@dataclasses.dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of a paper before it is classified.

    `is_broken` says that it holds pages or text which nobody could read.
    """

    name: str
    path: str
    mime: str
    size: int
    text: str = ""
    xml_root: str = ""
    xml_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    detected: Mapping[str, int] = dataclasses.field(default_factory=dict)
    client: Mapping[str, str] = dataclasses.field(default_factory=dict)
    source: str = ""
    period: str | None = None
    is_read: bool = True
    is_broken: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Manual:
    """What a person said; it beats every rule."""

    series: str | None = None
    type: str | None = None
    level: str | None = None
    period: str | None = None
