"""The identity file: public keys in clear, the seed once per slot.

Layout: docs/design/formats.md, "Identity file". Parameters of a passphrase slot
are bounded when read, so a file can neither weaken a guess nor exhaust memory.
"""

import dataclasses
import struct
from enum import IntEnum

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto.identity import (
    PUBLIC_BYTES,
    Identity,
    PublicKeys,
    parse_public_keys,
)
from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.suites import Suite, require_suite
from ledgervault.errors import ConfigurationInvalid, IntegrityViolated

MAGIC = b"LVID\0\1"
HEAD = struct.Struct(">6sH16s")
HEAD_BYTES = HEAD.size + PUBLIC_BYTES
SLOT = struct.Struct(">BBIII24s32s48s")
SLOT_PARAMETERS = struct.Struct(">BBIII")
MAX_SLOTS = 16
ARGON2_KIB_A_LANE = 8  # RFC 9106, 3.1: no less memory than that
_WHAT = "an identity file"


class SlotKind(IntEnum):
    """What opens a slot."""

    PASSPHRASE = 1
    KEYRING = 2
    KEY_FILE = 3
    PKCS11 = 4
    RECOVERY = 5
    PASSPHRASE_AND_TOKEN = 6


WITH_PASSPHRASE = frozenset({SlotKind.PASSPHRASE, SlotKind.PASSPHRASE_AND_TOKEN})
WITH_TOKEN = frozenset({SlotKind.PKCS11, SlotKind.PASSPHRASE_AND_TOKEN})


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """The seed under one secret."""

    kind: SlotKind
    cost: Argon2Cost
    salt: bytes
    commitment: bytes
    sealed: bytes

    def parameters(self) -> bytes:
        """Return the fields before the salt, which the slot's keys bind."""
        cost = self.cost
        return SLOT_PARAMETERS.pack(
            self.kind, 0, cost.passes, cost.lanes, cost.memory_kib
        )


@dataclasses.dataclass(frozen=True, slots=True)
class IdentityFile:
    """A parsed identity file."""

    identity_id: bytes
    public: PublicKeys
    slots: tuple[Slot, ...]

    def head(self) -> bytes:
        """Return the bytes before the slots, which every slot binds."""
        suite = Suite.COBBLESTONE_256
        return HEAD.pack(MAGIC, suite, self.identity_id) + self.public.serialise()


def create_identity_file(identity: Identity) -> IdentityFile:
    """Make the file of an identity, without slots."""
    return IdentityFile(identity.identity_id, identity.public, ())


def serialise_identity_file(file: IdentityFile) -> bytes:
    """Write an identity file."""
    slots = b"".join(
        SLOT.pack(
            slot.kind,
            0,
            slot.cost.passes,
            slot.cost.lanes,
            slot.cost.memory_kib,
            slot.salt,
            slot.commitment,
            slot.sealed,
        )
        for slot in file.slots
    )
    return file.head() + bytes([len(file.slots)]) + slots


def parse_identity_file(raw: bytes, cost: PassphraseCost) -> IdentityFile:
    """Parse an identity file; refuse costs outside the bounds of `cost`."""
    if not raw.startswith(MAGIC):
        raise ConfigurationInvalid(
            "this is not an identity file",
            hint="name one that `vault init` made; they end in .identity",
            code="identity.format",
        )
    if len(raw) < HEAD_BYTES + 1:
        raise cannot_open(_WHAT)
    _magic, suite, identity_id = HEAD.unpack_from(raw)
    require_suite(suite)
    public = parse_public_keys(raw[HEAD.size : HEAD_BYTES])
    count = raw[HEAD_BYTES]
    body = raw[HEAD_BYTES + 1 :]
    if count > MAX_SLOTS or len(body) != count * SLOT.size:
        raise cannot_open(_WHAT)
    slots = tuple(_parse_slot(fields, cost) for fields in SLOT.iter_unpack(body))
    return IdentityFile(identity_id, public, slots)


def find_identity_id(head: bytes) -> bytes | None:
    """Return the id at the start of an identity file; None for any other file."""
    if not head.startswith(MAGIC) or len(head) < HEAD.size:
        return None
    return bytes(HEAD.unpack_from(head)[2])


def _parse_slot(fields: tuple[int | bytes, ...], bounds: PassphraseCost) -> Slot:
    kind, flags, passes, lanes, memory, salt, commitment, sealed = fields
    if kind not in set(SlotKind) or flags:
        raise cannot_open(_WHAT)
    slot = Slot(
        SlotKind(int(kind)),
        Argon2Cost(int(passes), int(lanes), int(memory)),
        bytes(salt),
        bytes(commitment),
        bytes(sealed),
    )
    if slot.kind not in WITH_PASSPHRASE:
        if slot.cost != Argon2Cost(0, 0, 0):
            raise cannot_open(_WHAT)
    elif not _is_within(slot.cost, bounds):
        raise IntegrityViolated(
            "an identity file asks for a passphrase cost outside the bounds",
            hint="it was changed: restore the identity file from a copy",
            code="identity.cost",
        )
    return slot


def _is_within(cost: Argon2Cost, bounds: PassphraseCost) -> bool:
    floor, ceiling = bounds.floor, bounds.ceiling
    return (
        floor.passes <= cost.passes <= ceiling.passes
        and floor.lanes <= cost.lanes <= ceiling.lanes
        and floor.memory_kib <= cost.memory_kib <= ceiling.memory_kib
        and cost.memory_kib >= ARGON2_KIB_A_LANE * cost.lanes
    )
