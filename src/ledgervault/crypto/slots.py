"""Add, open and remove the slots of an identity file.

A wrong secret and a changed slot look alike. The seed that comes out must give
the public keys in the file, or it is refused. A file never loses its last way in.
"""

import dataclasses
import secrets
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto import labels
from ledgervault.crypto.derivation import (
    COMMITMENT_BYTES,
    KEY_BYTES,
    derive_committed,
    extract,
)
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import MAX_SLOTS, IdentityFile, Slot, SlotKind
from ledgervault.crypto.keys import IdentitySeed, SlotKey
from ledgervault.crypto.recovery import parse_recovery_code
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
)

SALT_BYTES = 24
ARGON2_SALT_BYTES = 16
NO_COST = Argon2Cost(0, 0, 0)
SLOT_NAMES = {
    SlotKind.PASSPHRASE: "passphrase",
    SlotKind.KEYRING: "keyring",
    SlotKind.KEY_FILE: "key file",
    SlotKind.PKCS11: "token",
    SlotKind.RECOVERY: "recovery code",
    SlotKind.PASSPHRASE_AND_TOKEN: "passphrase and token",
}


def empty_slot(kind: SlotKind, cost: Argon2Cost = NO_COST) -> Slot:
    """Return a slot with a fresh salt and nothing in it yet."""
    return Slot(kind, cost, secrets.token_bytes(SALT_BYTES), b"", b"")


def fill_slot(
    file: IdentityFile, slot: Slot, key: SlotKey, identity: Identity
) -> IdentityFile:
    """Return the file with the identity's seed sealed into one slot more."""
    if len(file.slots) >= MAX_SLOTS:
        raise Conflict(
            f"an identity has at most {MAX_SLOTS} slots",
            hint="remove one that is no longer used: vault key slot remove",
            code="slot.too-many",
        )
    derived = derive_committed(extract(b"", key.raw), _info(file, slot))
    record = derived.seal(identity.seed.raw)
    filled = dataclasses.replace(
        slot, commitment=record[:COMMITMENT_BYTES], sealed=record[COMMITMENT_BYTES:]
    )
    return dataclasses.replace(file, slots=(*file.slots, filled))


def add_passphrase_slot(
    file: IdentityFile, identity: Identity, passphrase: str, cost: PassphraseCost
) -> IdentityFile:
    """Return the file with a slot for a passphrase at the cost of new slots."""
    empty = empty_slot(SlotKind.PASSPHRASE, cost.new)
    return fill_slot(file, empty, stretch(file, empty, passphrase), identity)


def add_key_file_slot(
    file: IdentityFile, identity: Identity, key: SlotKey
) -> IdentityFile:
    """Return the file with a slot for a key file."""
    return fill_slot(file, empty_slot(SlotKind.KEY_FILE), key, identity)


def add_recovery_slot(
    file: IdentityFile, identity: Identity, code: str
) -> IdentityFile:
    """Return the file with a slot for a recovery code."""
    empty = empty_slot(SlotKind.RECOVERY)
    return fill_slot(file, empty, _recovery_key(code), identity)


def remove_slot(file: IdentityFile, slot: Slot) -> IdentityFile:
    """Return the file without a slot; refuse to leave too little.

    A recovery code is for the day when all else is lost, never the only way in.
    """
    left = tuple(one for one in file.slots if one != slot)
    if not left:
        raise Conflict(
            "this is the only way to unlock the identity",
            hint="add another first: vault key slot add passphrase",
            code="slot.last",
        )
    if all(one.kind is SlotKind.RECOVERY for one in left):
        raise Conflict(
            "only a recovery code would be left to unlock the identity",
            hint="add another way first: vault key slot add passphrase",
            code="slot.only-recovery",
        )
    return dataclasses.replace(file, slots=left)


def slots_of(file: IdentityFile, *kinds: SlotKind) -> list[Slot]:
    """Return the slots of some kinds, in the order of the file."""
    return [slot for slot in file.slots if slot.kind in kinds]


def unlock_with_passphrase(
    file: IdentityFile, passphrase: str, cost: PassphraseCost
) -> Identity:
    """Unlock with a passphrase; costs were bounded when the file was parsed."""
    del cost  # the slot states its own, already bounded
    found = find_passphrase_slot(file, passphrase)
    if found is None:
        raise locked(file, "this passphrase does not open it")
    return found[1]


def find_passphrase_slot(
    file: IdentityFile, passphrase: str
) -> tuple[Slot, Identity] | None:
    """Return the slot that a passphrase alone opens, and the identity in it."""
    for slot in slots_of(file, SlotKind.PASSPHRASE):
        identity = open_slot(file, slot, stretch(file, slot, passphrase))
        if identity is not None:
            return slot, identity
    return None


def unlock_with_key(file: IdentityFile, key: SlotKey) -> Identity:
    """Unlock with the key of a key file."""
    for slot in slots_of(file, SlotKind.KEY_FILE):
        found = open_slot(file, slot, key)
        if found is not None:
            return found
    raise locked(file, "this key file does not open it")


def unlock_with_recovery(file: IdentityFile, code: str) -> Identity:
    """Unlock with a recovery code."""
    key = _recovery_key(code)
    for slot in slots_of(file, SlotKind.RECOVERY):
        found = open_slot(file, slot, key)
        if found is not None:
            return found
    raise locked(file, "this recovery code does not open it")


def open_slot(file: IdentityFile, slot: Slot, key: SlotKey) -> Identity | None:
    """Return the identity in a slot; None when this key does not open it."""
    derived = derive_committed(extract(b"", key.raw), _info(file, slot))
    try:
        seed = derived.open(slot.commitment + slot.sealed, "an identity")
    except LedgerVaultError:
        return None
    identity = Identity(file.identity_id, IdentitySeed(seed))
    if identity.public != file.public:
        raise IntegrityViolated(
            "the identity file names other public keys than its seed gives",
            code="identity.swapped",
        )
    return identity


def stretch(file: IdentityFile, slot: Slot, passphrase: str) -> SlotKey:
    """Derive the key of a slot from a passphrase, at the slot's own cost."""
    kdf = Argon2id(
        salt=slot.salt[:ARGON2_SALT_BYTES],
        length=KEY_BYTES,
        iterations=slot.cost.passes,
        lanes=slot.cost.lanes,
        memory_cost=slot.cost.memory_kib,
        ad=file.head(),
    )
    return SlotKey(kdf.derive(normalise_passphrase(passphrase)))


def join_factors(passphrase: SlotKey, token: SlotKey) -> SlotKey:
    """Derive the key of a slot that needs a passphrase and a token, both."""
    joined = extract(labels.BOTH_FACTORS, passphrase.raw + token.raw)
    return SlotKey(joined[:KEY_BYTES])


def token_binding(file: IdentityFile, slot: Slot) -> bytes:
    """Return what a key sealed inside a token is bound to: this slot alone."""
    return labels.TOKEN_SLOT + labels.SEPARATOR + file.identity_id + slot.salt


def normalise_passphrase(passphrase: str) -> bytes:
    """Return the bytes a passphrase stands for, whatever keyboard wrote it."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def locked(file: IdentityFile, why: str) -> NotAuthorised:
    """Make the error that says why an identity stays locked and what opens it."""
    kinds = list(dict.fromkeys(SLOT_NAMES[slot.kind] for slot in file.slots))
    ways = ", ".join(kinds) or "nothing"
    return NotAuthorised(
        f"the identity stays locked: {why}",
        hint=f"this identity opens with: {ways}",
        code="identity.locked",
    )


def _recovery_key(code: str) -> SlotKey:
    return SlotKey(extract(labels.RECOVERY, parse_recovery_code(code))[:KEY_BYTES])


def _info(file: IdentityFile, slot: Slot) -> bytes:
    bound = slot.salt + file.head() + slot.parameters()
    return labels.SLOT + labels.SEPARATOR + bound
