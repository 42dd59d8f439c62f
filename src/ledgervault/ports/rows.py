"""Catalogue rows as the store sees them: clear columns and sealed bytes.

Clear by necessity: random ids, folder, leaf, due date, sizes, series code.
Everything a person would call information is inside `sealed`.
"""

import dataclasses
from datetime import date

from ledgervault.ids import (
    BlobId,
    ClientId,
    CompartmentId,
    DisposalId,
    DocumentId,
    FolderId,
    HoldId,
    IdentityId,
    RequestId,
    ShareId,
)

OPEN_END = None  # a due date that is not known or never comes


@dataclasses.dataclass(frozen=True, slots=True)
class UserRow:
    """A person or service: public keys signed by whoever admitted it."""

    id: IdentityId
    public: bytes  # ed25519 32, mlkem768 1184, x25519 32
    role: str
    state: str  # active | disabled
    admitted_by: IdentityId
    admission: bytes  # Ed25519 64 over the admission record
    sealed: bytes  # the name
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class TeamRow:
    """A team's name; who is in it is stated in the log."""

    id: bytes
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class ClientRow:
    """A client; `own_folder` is the ring folder that seals what we say of it."""

    id: ClientId
    own_folder: FolderId
    state: str  # active | left
    is_agency: bool  # the agency itself: own records and the in tray
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class CompartmentRow:
    """One client at one level: the unit that grants open."""

    id: CompartmentId
    client_id: ClientId
    level: str
    doc_epoch: int
    meta_epoch: int


@dataclasses.dataclass(frozen=True, slots=True)
class GrantRow:
    """A key of a compartment sealed to one identity."""

    compartment_id: CompartmentId
    kind: int
    epoch: int
    recipient: IdentityId
    granter: IdentityId
    record: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class FolderRow:
    """Client x series x fiscal period; `token` finds it without naming it."""

    id: FolderId
    code: str
    client_id: ClientId
    series: str
    token: bytes
    state: str  # open | archived | destroyed
    due: date | None
    next_leaf: int
    sealed: bytes  # period, title
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document; `ordinal` is the log sequence of its ingest, the paging key."""

    id: DocumentId
    code: str
    ordinal: int
    client_id: ClientId
    folder_id: FolderId
    leaf: int
    compartment_id: CompartmentId
    series: str
    state: str  # active | destroyed
    due: date | None
    size: int  # padded
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class VersionRow:
    """Where the bytes of a document version are, and the wrap of its key."""

    document_id: DocumentId
    version: int
    blob_id: BlobId
    pack: str
    offset: int
    length: int
    cipher_sha256: bytes
    wrap: bytes
    fixity: bytes  # keyed commitment to the content
    dedup: bytes  # keyed equality token within the client


@dataclasses.dataclass(frozen=True, slots=True)
class WrapRow:
    """The wrapped key of a document version, and nothing else of it."""

    document_id: DocumentId
    version: int
    wrap: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class InvoiceRow:
    """Which invoice a document is of, as a keyed token within the client."""

    document_id: DocumentId
    token: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class TextRow:
    """The words that were read of a document, under a leaf of their own."""

    document_id: DocumentId
    leaf: int
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class HoldRow:
    """A suspension of disposition; its reason and scope are sealed."""

    id: HoldId
    code: str
    client_id: ClientId
    is_active: bool
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class DisposalRow:
    """A batch on its way from proposal to certificate; one folder each."""

    id: DisposalId
    code: str
    client_id: ClientId
    folder_id: FolderId
    state: str  # proposed | approved | executing | destroyed | rejected
    order: bytes  # canonical JSON that approvers sign; ids and clear facts only
    sealed: bytes  # what the certificate will need
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One person's signed answer to a disposal order."""

    disposal_id: DisposalId
    user_id: IdentityId
    role: str
    answer: str  # approve | reject
    at: str  # RFC 3339
    signature: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class RequestRow:
    """An act somebody asks others to agree to; what exactly is sealed."""

    id: RequestId
    code: str
    client_id: ClientId  # whose key seals it: the agency's where no client is meant
    act: str
    state: str  # open | used | rejected | withdrawn | expired
    sequence: int  # of the log entry that states it
    body: bytes  # canonical JSON that the proposer signs and others answer
    signature: bytes
    sealed: bytes  # parameters, salt, and why it was closed
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class AnswerRow:
    """One person's signed answer to a request."""

    request_id: RequestId
    user_id: IdentityId
    answer: str  # approve | reject
    at: str  # RFC 3339
    signature: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class ShareRow:
    """A disclosure: who, what, why, until when, all sealed."""

    id: ShareId
    code: str
    client_id: ClientId
    expires_on: date | None
    sealed: bytes
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class EventRow:
    """A log entry: its exact bytes, and the keys by which it is found."""

    sequence: int
    act: str
    entry: bytes
    objects: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PolicyRow:
    """An adopted set of packs in canonical JSON."""

    hash: str
    canonical: bytes
    adopted_at_sequence: int


@dataclasses.dataclass(frozen=True, slots=True)
class MirrorRow:
    """A registered copy of ring and anchor at a backup target."""

    id: bytes
    epoch: int
    sealed: bytes  # location
    row_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What a listing asks of clear columns; None leaves a column free."""

    client_id: ClientId | None = None
    series: str | None = None
    folder_id: FolderId | None = None
    state: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PackUse:
    """How much of a pack the catalogue still refers to."""

    pack: str
    live_bytes: int
    blobs: int
