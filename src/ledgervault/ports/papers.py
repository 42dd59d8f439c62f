"""What use cases ask of file formats: reading papers, sealing what leaves."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

from ledgervault.domain.invoices import InvoiceFields


@dataclasses.dataclass(frozen=True, slots=True)
class PaperText:
    """What was read of a paper: `text` for words, `raw` for identifiers.

    `problem` says why nothing, or not all, was read.
    """

    mime: str
    text: str = ""
    raw: bytes = b""
    xml_root: str = ""
    xml_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    is_read: bool = False
    problem: str = ""
    pages: int = 0
    invoice: InvoiceFields | None = None
    form: str = ""  # xml, pdf, ofd: how this paper holds its invoice
    holds_xml: bool = False  # the invoice lies in it as XML too


class PaperReader(Protocol):
    """Reads a paper's type and text; never raises, always bounded.

    `is_whole` is false when `content` is only the head of a big paper.
    """

    def read(
        self, content: bytes, *, name: str, is_whole: bool = True
    ) -> PaperText: ...


class Recipient(Protocol):
    """A parsed public key."""

    @property
    def text(self) -> str: ...


class Envelopes(Protocol):
    """Encrypts what leaves; no plaintext touches a disk."""

    def parse_recipient(self, text: str) -> Recipient: ...
    def to_recipients(
        self, source: BinaryIO, sink: BinaryIO, recipients: Sequence[Recipient]
    ) -> None: ...
    def with_passphrase(
        self, source: BinaryIO, sink: BinaryIO, passphrase: str
    ) -> None: ...
    def bundle(
        self, sink: BinaryIO, members: Iterable[tuple[str, datetime, Iterable[bytes]]]
    ) -> None: ...
    def safe_name(self, name: str, *, fallback: str) -> str:
        """Return a name that any file system takes."""
