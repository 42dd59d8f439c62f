"""The identity record of a recovery kit: what the code needs to rebuild the file.

Layout: docs/design/formats.md, "Kit record". Code and record together give the
seed; either alone opens nothing. On paper it is eight lines, each with a
checksum of its own, so that a misread line is known by its number.
"""

import dataclasses
import hashlib
import re
import secrets
import struct

from ledgervault.crypto import labels
from ledgervault.crypto.derivation import derive_committed, extract
from ledgervault.crypto.identity import FINGERPRINT_BYTES, Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.recovery import (
    group,
    parse_recovery_code,
    read_characters,
)
from ledgervault.crypto.suites import Suite, require_suite
from ledgervault.errors import LedgerVaultError, NotAuthorised, UsageInvalid
from ledgervault.ids import base32

RECORD_TYPE = 4
RECORD_VERSION = 1
HEAD = struct.Struct(">BBH16s16s20s")
SALT_BYTES = 24
SALT_END = HEAD.size + SALT_BYTES
RECORD_BYTES = 160
LINE_BYTES = 20
LINES = RECORD_BYTES // LINE_BYTES
CHECK_BYTES = 5
_WHAT = "a recovery kit"
_GROUPS = r"[0-9A-Z]{5}(?:[ -]?\n?[0-9A-Z]{5}){7}"
_LINE = re.compile(rf"LVK([1-{LINES}])-({_GROUPS})", re.IGNORECASE)
_CODE = re.compile(rf"LVR-{_GROUPS}", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class KitHead:
    """What a kit record says in clear."""

    vault: bytes
    identity_id: bytes
    fingerprint: bytes


def seal_kit(identity: Identity, code: str, *, vault: bytes) -> bytes:
    """Seal an identity's seed under a recovery code; 160 bytes."""
    fingerprint = identity.public.digest()[:FINGERPRINT_BYTES]
    suite = Suite.COBBLESTONE_256
    head = HEAD.pack(
        RECORD_TYPE, RECORD_VERSION, suite, vault, identity.identity_id, fingerprint
    )
    salt = secrets.token_bytes(SALT_BYTES)
    derived = derive_committed(_key(code), _info(head, salt))
    return head + salt + derived.seal(identity.seed.raw)


def parse_kit_head(record: bytes) -> KitHead:
    """Parse what a kit record says in clear; refuse what is none."""
    if len(record) != RECORD_BYTES:
        raise cannot_open(_WHAT)
    kind, version, suite, vault, identity_id, fingerprint = HEAD.unpack_from(record)
    if (kind, version) != (RECORD_TYPE, RECORD_VERSION):
        raise cannot_open(_WHAT)
    require_suite(suite)
    return KitHead(vault, identity_id, fingerprint)


def open_kit(record: bytes, code: str) -> Identity:
    """Return the identity a kit holds; NotAuthorised when the code is another's."""
    head = parse_kit_head(record)
    info = _info(record[: HEAD.size], record[HEAD.size : SALT_END])
    derived = derive_committed(_key(code), info)
    try:
        seed = derived.open(record[SALT_END:], _WHAT)
    except LedgerVaultError:
        raise NotAuthorised(
            "this recovery code does not open this identity record",
            hint="both must be from the same kit; a newer kit has its own code",
            code="recovery.code",
        ) from None
    identity = Identity(head.identity_id, IdentitySeed(seed))
    if identity.public.digest()[:FINGERPRINT_BYTES] != head.fingerprint:
        raise cannot_open(_WHAT)
    return identity


def kit_lines(record: bytes) -> list[str]:
    """Write a kit record for paper: eight lines, named and checked one by one."""
    lines = []
    for number in range(1, LINES + 1):
        part = record[(number - 1) * LINE_BYTES : number * LINE_BYTES]
        lines.append(f"LVK{number}-{group(base32(part + _check(number, part)))}")
    return lines


def parse_kit_line(text: str, number: int) -> bytes:
    """Return the 20 bytes of one line; UsageInvalid names a misread line."""
    body = text.strip().upper().removeprefix(f"LVK{number}-")
    raw = read_characters(body)
    if raw is None or raw[LINE_BYTES:] != _check(number, raw[:LINE_BYTES]):
        raise UsageInvalid(
            f"line {number} of the identity record is not as it was printed",
            hint="compare it letter by letter with the recovery kit",
            code="recovery.misread",
        )
    return raw[:LINE_BYTES]


def find_kit_record(text: str) -> bytes | None:
    """Find the eight lines in a text, as a kit file or a scanner gives it."""
    found = {int(number): body for number, body in _LINE.findall(text)}
    if not found:
        return None
    return b"".join(
        parse_kit_line(found.get(number, ""), number) for number in range(1, LINES + 1)
    )


def find_recovery_code(text: str) -> str | None:
    """Find a recovery code in a text."""
    found = _CODE.search(text)
    return found.group().replace("\n", "") if found else None


def _key(code: str) -> bytes:
    return extract(labels.KIT, parse_recovery_code(code))


def _info(head: bytes, salt: bytes) -> bytes:
    return labels.KIT + labels.SEPARATOR + salt + head


def _check(number: int, part: bytes) -> bytes:
    return hashlib.sha256(bytes([number]) + part).digest()[:CHECK_BYTES]
