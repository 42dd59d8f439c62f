"""Grants: a key sealed to one identity by HPKE X-Wing and signed by the granter.

Layout: docs/design/formats.md, "Grant". HPKE base mode authenticates nobody,
so the signature and the key's commitment are what makes a grant count.
"""

import dataclasses
import hashlib
import hmac
import struct
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import COMMITMENT_BYTES, expand
from ledgervault.crypto.identity import Identity, PublicKeys
from ledgervault.crypto.keys import SecretKey
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.signing import verify_raw

RECORD_TYPE = 2
RECORD_VERSION = 1
KEM_XWING = 1
HEADER = struct.Struct(">BBH16sB3xI16s16sI32s")
HEADER_BYTES = 96
GRANT_BYTES = 1328
SIGNED_BYTES = 1264
_KIND_END = 21
_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WHAT = "a grant"


class GrantKind(IntEnum):
    """What the granted key is for."""

    DOC = 1
    META = 2
    RING = 3
    RECOVERY = 4


@dataclasses.dataclass(frozen=True, slots=True)
class GrantHeader:
    """What a grant says in clear."""

    compartment: bytes
    kind: GrantKind
    epoch: int
    recipient: bytes
    granter: bytes
    log_sequence: int


def seal_grant(
    key: SecretKey,
    header: GrantHeader,
    *,
    vault: bytes,
    recipient: PublicKeys,
    granter: Identity,
) -> bytes:
    """Seal a key to a recipient and sign the whole."""
    head = _pack(header, _commitment(key.raw))
    info = _info(vault, head, recipient)
    sealed = _HPKE.encrypt(key.raw, recipient.kem(), info=info)
    return head + sealed + granter.sign(_signed(vault, head, sealed))


def parse_grant_header(record: bytes) -> GrantHeader:
    """Parse what a grant says in clear; refuse what is not one."""
    if len(record) != GRANT_BYTES:
        raise cannot_open(_WHAT)
    fields = HEADER.unpack_from(record)
    kind, version, kem, compartment, purpose, epoch, recipient, granter, seq, _ = fields
    known = (kind, version, kem) == (RECORD_TYPE, RECORD_VERSION, KEM_XWING)
    if not known or purpose not in set(GrantKind) or any(record[21:24]):
        raise cannot_open(_WHAT)
    return GrantHeader(compartment, GrantKind(purpose), epoch, recipient, granter, seq)


def verify_grant(record: bytes, *, vault: bytes, granter_public: bytes) -> None:
    """Check the granter's signature."""
    parse_grant_header(record)
    head, sealed = record[:HEADER_BYTES], record[HEADER_BYTES:SIGNED_BYTES]
    verify_raw(granter_public, _signed(vault, head, sealed), record[SIGNED_BYTES:])


def open_grant(
    record: bytes, *, vault: bytes, identity: Identity, granter_public: bytes
) -> bytes:
    """Return the granted key; refuse a foreign, forged or exchanged grant."""
    header = parse_grant_header(record)
    verify_grant(record, vault=vault, granter_public=granter_public)
    if header.recipient != identity.identity_id:
        raise cannot_open(_WHAT)
    head, sealed = record[:HEADER_BYTES], record[HEADER_BYTES:SIGNED_BYTES]
    info = _info(vault, head, identity.public)
    try:
        key = _HPKE.decrypt(sealed, identity.kem(), info=info)
    except (InvalidTag, ValueError):
        raise cannot_open(_WHAT) from None
    if not hmac.compare_digest(_commitment(key), head[-COMMITMENT_BYTES:]):
        raise cannot_open(_WHAT)
    return key


def _pack(header: GrantHeader, commitment: bytes) -> bytes:
    return HEADER.pack(
        RECORD_TYPE,
        RECORD_VERSION,
        KEM_XWING,
        header.compartment,
        header.kind,
        header.epoch,
        header.recipient,
        header.granter,
        header.log_sequence,
        commitment,
    )


def _commitment(key: bytes) -> bytes:
    return expand(key, labels.KEK_COMMIT, COMMITMENT_BYTES)


def _info(vault: bytes, head: bytes, recipient: PublicKeys) -> bytes:
    return labels.GRANT + labels.SEPARATOR + vault + head + recipient.digest()


def _signed(vault: bytes, head: bytes, sealed: bytes) -> bytes:
    digest = hashlib.sha256(sealed).digest()
    return labels.GRANT + labels.SEPARATOR + vault + head + digest
