"""What passes between the stages of an ingest."""

import dataclasses

from ledgervault.domain.classification import Manual
from ledgervault.ids import BlobId, DocumentId
from ledgervault.ports.sources import Found
from ledgervault.ports.stores import Extent
from ledgervault.services.sorting import Owner, Sorted


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
    """A paper found, its place in the batch, its owner's among the owners."""

    found: Found
    number: int
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

    waiting: Waiting
    code: str
    message: str

    @property
    def path(self) -> bytes:
        """Return where the paper lies."""
        return self.waiting.found.path


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

    @classmethod
    def of(
        cls, paper: Waiting, owner: Owner, decided: Sorted, *, code: str = ""
    ) -> "Ingested":
        """Say what became, or would become, of a paper; a rehearsal has no `code`."""
        return cls(
            id=code,
            path=paper.found.path,
            client=owner.client.code if owner.is_known else None,
            type=decided.type,
            series=decided.series,
            level=decided.level,
            period=decided.period,
            rule=decided.rule,
            is_inbox=decided.is_inbox,
            unread=decided.unread,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Warned:
    """Something about a paper that a person should look at; it was taken in."""

    path: bytes
    code: str
    message: str
    of: str = ""  # the document it is about, if it is filed
