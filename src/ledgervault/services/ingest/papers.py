"""What passes between the stages of an ingest."""

import dataclasses

from ledgervault.domain.classification import Manual
from ledgervault.ids import BlobId, DocumentId
from ledgervault.ports.sources import Found
from ledgervault.ports.stores import Extent
from ledgervault.services.sorting import Sorted


@dataclasses.dataclass(frozen=True, slots=True)
class IngestRequest:
    """What the user asked for."""

    paths: tuple[bytes, ...]
    client: str | None = None
    manual: Manual = dataclasses.field(default_factory=Manual)
    purpose: str = ""
    is_dry_run: bool = False
    does_move: bool = False
    allows_duplicates: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """A paper found, and whose it is (an index into the owners)."""

    found: Found
    owner: int


@dataclasses.dataclass(frozen=True, slots=True)
class SealedPaper:
    """A paper whose ciphertext is in a pack; its key still travels in memory."""

    waiting: Waiting
    sorted: Sorted
    size: int
    document: DocumentId
    blob: BlobId
    dek: bytes = dataclasses.field(repr=False)
    extent: Extent = dataclasses.field(default=Extent("", 0, 0))
    cipher_sha256: bytes = b""
    fixity: bytes = b""
    dedup: bytes = b""


@dataclasses.dataclass(frozen=True, slots=True)
class Duplicate:
    """A paper the client already has."""

    waiting: Waiting
    of: DocumentId


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """A paper that could not be taken in; the source stays where it is."""

    path: bytes
    code: str
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Ingested:
    """A document that is acknowledged: durable, logged, checkpointed."""

    id: str
    path: bytes
    client: str | None
    type: str
    series: str
    level: str
    period: str | None
    rule: str
    is_inbox: bool
    unread: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Warned:
    """Something about a paper that a person should look at; it was taken in."""

    path: bytes
    code: str
    message: str
    of: str = ""  # the document it is about, if it is filed
