"""What a reader of one format hands back, before papers inside it are read."""

import dataclasses
from collections.abc import Mapping, Sequence

from ledgervault.domain.invoices import InvoiceFields

Part = tuple[str, bytes]  # the name and bytes of a paper inside a paper


@dataclasses.dataclass(frozen=True, slots=True)
class Extract:
    """Words for rules, bytes for detectors, and papers that lie inside."""

    text: str
    raw: bytes
    parts: Sequence[Part] = ()
    pages: int = 0
    invoice: InvoiceFields | None = None
    xml_root: str = ""
    xml_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    problem: str = ""  # of what could not be read though the rest was


class Unreadable(Exception):
    """A file that is not what it claims, in one sentence."""


def from_text(text: str, *, words: int) -> Extract:
    """Make an extract of a text: its head for rules, all of it for detectors."""
    return Extract(text[:words], text.encode("utf-8", "replace"))
