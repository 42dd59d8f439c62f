"""A secret shared so that any M of N people give it back and fewer know nothing.

Layout: docs/design/formats.md, "Recovery by several". No polynomial: for every
subset of M people the secret is split into M shares that XOR to it, each sealed
to its person and signed by the maker.
"""

import dataclasses
import hashlib
import hmac
import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import KEY_BYTES, expand
from ledgervault.crypto.identity import Identity, PublicKeys
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.secret_sharing import (
    LEAST_NEEDED,
    MOST_PEOPLE,
    join_shares,
    mask_of,
    split_secret,
    subsets_of,
)
from ledgervault.crypto.signing import verify_raw
from ledgervault.errors import IntegrityViolated, NotAuthorised, UsageInvalid

RECORD_TYPE = 5
RECORD_VERSION = 1
KEM_XWING = 1
HEADER = struct.Struct(">BBH16sBBBBI16s16sI32s32s")
HEADER_BYTES = 128
SIGNED_BYTES = 1296
SHARE_BYTES = 1360
COMMITMENT_BYTES = 32
_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WHAT = "a recovery share"


class SharedKind(IntEnum):
    """What was shared: the real seed, or what the way to it is rehearsed with."""

    SEED = 1
    CANARY = 2


@dataclasses.dataclass(frozen=True, slots=True)
class ShareSetting:
    """What all shares of one secret have in common."""

    vault: bytes
    set_id: bytes
    kind: SharedKind
    needed: int
    log_sequence: int


@dataclasses.dataclass(frozen=True, slots=True)
class ShareHeader:
    """What a share says in clear."""

    set_id: bytes
    kind: SharedKind
    needed: int
    people: int
    member: int
    subset: int
    recipient: bytes
    maker: bytes
    log_sequence: int
    secret_commitment: bytes
    share_commitment: bytes


def share_secret(
    secret: bytes,
    setting: ShareSetting,
    members: Sequence[tuple[bytes, PublicKeys]],
    *,
    maker: Identity,
) -> list[bytes]:
    """Share a secret among members (id, keys); sorted by subset, then member."""
    if len({member for member, _keys in members}) != len(members):
        raise UsageInvalid("a person is named twice", code="recovery.shape")
    records = []
    for subset in subsets_of(setting.needed, len(members)):
        shares = split_secret(secret, setting.needed)
        for member, share in zip(subset, shares, strict=True):
            header = ShareHeader(
                set_id=setting.set_id,
                kind=setting.kind,
                needed=setting.needed,
                people=len(members),
                member=member,
                subset=mask_of(subset),
                recipient=members[member][0],
                maker=maker.identity_id,
                log_sequence=setting.log_sequence,
                secret_commitment=_commitment(secret),
                share_commitment=_commitment(share),
            )
            keys = members[member][1]
            records.append(
                _seal(share, header, vault=setting.vault, keys=keys, maker=maker)
            )
    return records


def parse_share(record: bytes) -> ShareHeader:
    """Parse what a share says in clear; refuse what is not one."""
    if len(record) != SHARE_BYTES:
        raise cannot_open(_WHAT)
    kind, version, kem, set_id, purpose, *rest = HEADER.unpack_from(record)
    known = (kind, version, kem) == (RECORD_TYPE, RECORD_VERSION, KEM_XWING)
    if not known or purpose not in set(SharedKind):
        raise cannot_open(_WHAT)
    header = ShareHeader(set_id, SharedKind(purpose), *rest)
    is_shaped = LEAST_NEEDED <= header.needed <= header.people <= MOST_PEOPLE
    is_member = header.subset >> header.member & 1
    is_subset = header.subset.bit_count() == header.needed
    if not (is_shaped and is_member and is_subset) or header.subset >> header.people:
        raise cannot_open(_WHAT)
    return header


def verify_share(record: bytes, *, vault: bytes, maker_public: bytes) -> ShareHeader:
    """Check the maker's signature; return what the share says."""
    header = parse_share(record)
    head, sealed = record[:HEADER_BYTES], record[HEADER_BYTES:SIGNED_BYTES]
    verify_raw(maker_public, _signed(vault, head, sealed), record[SIGNED_BYTES:])
    return header


def reseal_share(
    record: bytes,
    *,
    vault: bytes,
    identity: Identity,
    maker_public: bytes,
    to: PublicKeys,
) -> bytes:
    """Open one's own share and seal it to who asked for it."""
    header = verify_share(record, vault=vault, maker_public=maker_public)
    if header.recipient != identity.identity_id:
        raise cannot_open(_WHAT)
    head, sealed = record[:HEADER_BYTES], record[HEADER_BYTES:SIGNED_BYTES]
    info = _info(labels.RECOVERY_SHARE, vault, head, identity.public)
    share = _opened(sealed, identity, info, header)
    return _HPKE.encrypt(
        share, to.kem(), info=_info(labels.CONTRIBUTION, vault, head, to)
    )


def open_resealed(
    sealed: bytes, record: bytes, *, vault: bytes, identity: Identity
) -> bytes:
    """Open a share that was sealed anew; it must be the one that was arranged."""
    head = record[:HEADER_BYTES]
    info = _info(labels.CONTRIBUTION, vault, head, identity.public)
    return _opened(sealed, identity, info, parse_share(record))


def combine(shares: Mapping[bytes, bytes]) -> bytes:
    """Return the secret from opened shares by their verified records.

    Raises NotAuthorised when no subset is whole: fewer than M people came.
    """
    subsets: dict[int, dict[int, bytes]] = {}
    headers = [(parse_share(record), share) for record, share in shares.items()]
    _verify_one_secret([header for header, _share in headers])
    for header, share in headers:
        subsets.setdefault(header.subset, {})[header.member] = share
    for header, _share in headers:
        found = subsets[header.subset]
        if len(found) == header.needed:
            secret = join_shares(list(found.values()))
            if not hmac.compare_digest(_commitment(secret), header.secret_commitment):
                raise cannot_open("a shared secret")
            return secret
    raise NotAuthorised(
        "too few people have contributed",
        hint="`vault key recovery status` says how many are needed",
        code="recovery.too-few",
    )


def _verify_one_secret(headers: Sequence[ShareHeader]) -> None:
    kinds = {
        (one.set_id, one.kind, one.needed, one.people, one.maker, one.secret_commitment)
        for one in headers
    }
    if len(kinds) > 1:
        raise IntegrityViolated(
            "these shares are of different secrets",
            hint="use contributions to one request only",
            code="recovery.mixed",
        )


def _seal(
    share: bytes,
    header: ShareHeader,
    *,
    vault: bytes,
    keys: PublicKeys,
    maker: Identity,
) -> bytes:
    head = HEADER.pack(
        RECORD_TYPE, RECORD_VERSION, KEM_XWING, *dataclasses.astuple(header)
    )
    info = _info(labels.RECOVERY_SHARE, vault, head, keys)
    sealed = _HPKE.encrypt(share, keys.kem(), info=info)
    return head + sealed + maker.sign(_signed(vault, head, sealed))


def _opened(
    sealed: bytes, identity: Identity, info: bytes, header: ShareHeader
) -> bytes:
    try:
        share = _HPKE.decrypt(sealed, identity.kem(), info=info)
    except (InvalidTag, ValueError):
        raise cannot_open(_WHAT) from None
    is_whole = len(share) == KEY_BYTES
    if not is_whole or not hmac.compare_digest(
        _commitment(share), header.share_commitment
    ):
        raise cannot_open(_WHAT)
    return share


def _commitment(secret: bytes) -> bytes:
    return expand(secret, labels.SHARED_SECRET, COMMITMENT_BYTES)


def _info(label: bytes, vault: bytes, head: bytes, keys: PublicKeys) -> bytes:
    return label + labels.SEPARATOR + vault + head + keys.digest()


def _signed(vault: bytes, head: bytes, sealed: bytes) -> bytes:
    digest = hashlib.sha256(sealed).digest()
    return labels.RECOVERY_SHARE + labels.SEPARATOR + vault + head + digest
