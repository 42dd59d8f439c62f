"""Identifiers: random bytes inside, short codes for people outside.

Short codes are the first 40 bits in Crockford base32 behind a letter that
tells the kind: `D-7K3M9Q2A`. They are never sequential.
"""

import secrets
from typing import NewType

from ledgervault.errors import UsageInvalid

VaultId = NewType("VaultId", bytes)  # 16
ClientId = NewType("ClientId", bytes)  # 16
DocumentId = NewType("DocumentId", bytes)  # 16
BlobId = NewType("BlobId", bytes)  # 16
CompartmentId = NewType("CompartmentId", bytes)  # 16, a client at a level
IdentityId = NewType("IdentityId", bytes)  # 16
FolderId = NewType("FolderId", bytes)  # 8
ShareId = NewType("ShareId", bytes)  # 16
DisposalId = NewType("DisposalId", bytes)  # 16
HoldId = NewType("HoldId", bytes)  # 16
RequestId = NewType("RequestId", bytes)  # 16

ID_BYTES = 16
FOLDER_ID_BYTES = 8
CODE_BYTES = 5
CODE_CHARACTERS = 8
KINDS = {
    "D": "document",
    "F": "folder",
    "S": "share",
    "X": "disposal",
    "H": "hold",
    "A": "request",
    "C": "client",
    "U": "user",
    "E": "event",
    "B": "backup",
    "K": "slot",
    "R": "register entry",
}
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def random_id(size: int = ID_BYTES) -> bytes:
    """Draw a fresh identifier of `size` bytes."""
    return secrets.token_bytes(size)


def short_code(kind: str, identifier: bytes) -> str:
    """Write the code people use for `identifier`, such as `D-7K3M9Q2A`."""
    return f"{kind}-{base32(identifier[:CODE_BYTES])}"


def base32(raw: bytes) -> str:
    """Write bytes in Crockford base32, most significant bits first, zero-padded."""
    characters = (len(raw) * 8 + 4) // 5
    pairs = (characters + 1) // 2
    number = int.from_bytes(raw, "big") << (pairs * 10 - len(raw) * 8)
    shifts = range(pairs * 10 - 10, -1, -10)
    written = "".join([_PAIRS[(number >> shift) & 1023] for shift in shifts])
    return written[:characters]


def parse_code(kind: str, text: str) -> str:
    """Normalise a code or an unambiguous prefix of one to `D-7K3M...`.

    Accepts lower case, a missing kind letter and the look-alikes O, I and L.
    Raises UsageInvalid for anything else.
    """
    body = text.strip().upper()
    if body[:2] == f"{kind}-":
        body = body[2:]
    body = body.translate(_READ_AS)
    known = all(letter in _ALPHABET for letter in body)
    if not body or not known or len(body) > CODE_CHARACTERS:
        raise UsageInvalid(
            f"not the id of a {KINDS[kind]}: {text[:40]!r}",
            hint=f"ids look like {kind}-7K3M9Q2A; a unique beginning is enough",
            code="usage.id",
        )
    return f"{kind}-{body}"
