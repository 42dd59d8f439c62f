"""Add and open the slots of an identity file: passphrase, key file, recovery code.

A wrong secret and a changed slot look alike. The seed that comes out must give
the public keys in the file, or it is refused.
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
from ledgervault.crypto.identity_file import IdentityFile, Slot, SlotKind
from ledgervault.crypto.keys import IdentitySeed, SlotKey
from ledgervault.crypto.recovery import parse_recovery_code
from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotAuthorised

SALT_BYTES = 24
ARGON2_SALT_BYTES = 16
NO_COST = Argon2Cost(0, 0, 0)
_NAMES = {
    SlotKind.PASSPHRASE: "passphrase",
    SlotKind.KEYRING: "keyring",
    SlotKind.KEY_FILE: "key file",
    SlotKind.PKCS11: "token",
    SlotKind.RECOVERY: "recovery code",
}


def add_passphrase_slot(
    file: IdentityFile, identity: Identity, passphrase: str, cost: PassphraseCost
) -> IdentityFile:
    """Return the file with a slot for a passphrase at the cost of new slots."""
    empty = _empty(SlotKind.PASSPHRASE, cost.new)
    key = _stretch(file, empty, passphrase)
    return _with(file, _seal(file, empty, key, identity))


def add_key_file_slot(
    file: IdentityFile, identity: Identity, key: SlotKey
) -> IdentityFile:
    """Return the file with a slot for a key file."""
    empty = _empty(SlotKind.KEY_FILE, NO_COST)
    return _with(file, _seal(file, empty, key, identity))


def add_recovery_slot(
    file: IdentityFile, identity: Identity, code: str
) -> IdentityFile:
    """Return the file with a slot for a recovery code."""
    empty = _empty(SlotKind.RECOVERY, NO_COST)
    return _with(file, _seal(file, empty, _recovery_key(code), identity))


def unlock_with_passphrase(
    file: IdentityFile, passphrase: str, cost: PassphraseCost
) -> Identity:
    """Unlock with a passphrase; costs were bounded when the file was parsed."""
    del cost  # the slot states its own, already bounded
    for slot in _slots(file, SlotKind.PASSPHRASE):
        found = _try(file, slot, _stretch(file, slot, passphrase))
        if found is not None:
            return found
    raise _locked(file, "this passphrase does not open it")


def unlock_with_key(file: IdentityFile, key: SlotKey) -> Identity:
    """Unlock with the key of a key file."""
    for slot in _slots(file, SlotKind.KEY_FILE):
        found = _try(file, slot, key)
        if found is not None:
            return found
    raise _locked(file, "this key file does not open it")


def unlock_with_recovery(file: IdentityFile, code: str) -> Identity:
    """Unlock with a recovery code."""
    key = _recovery_key(code)
    for slot in _slots(file, SlotKind.RECOVERY):
        found = _try(file, slot, key)
        if found is not None:
            return found
    raise _locked(file, "this recovery code does not open it")


def normalise_passphrase(passphrase: str) -> bytes:
    """Return the bytes a passphrase stands for, whatever keyboard wrote it."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def _slots(file: IdentityFile, kind: SlotKind) -> list[Slot]:
    return [slot for slot in file.slots if slot.kind is kind]


def _empty(kind: SlotKind, cost: Argon2Cost) -> Slot:
    return Slot(kind, cost, secrets.token_bytes(SALT_BYTES), b"", b"")


def _with(file: IdentityFile, slot: Slot) -> IdentityFile:
    return dataclasses.replace(file, slots=(*file.slots, slot))


def _stretch(file: IdentityFile, slot: Slot, passphrase: str) -> SlotKey:
    kdf = Argon2id(
        salt=slot.salt[:ARGON2_SALT_BYTES],
        length=KEY_BYTES,
        iterations=slot.cost.passes,
        lanes=slot.cost.lanes,
        memory_cost=slot.cost.memory_kib,
        ad=file.head(),
    )
    return SlotKey(kdf.derive(normalise_passphrase(passphrase)))


def _recovery_key(code: str) -> SlotKey:
    return SlotKey(extract(labels.RECOVERY, parse_recovery_code(code))[:KEY_BYTES])


def _info(file: IdentityFile, slot: Slot) -> bytes:
    bound = slot.salt + file.head() + slot.parameters()
    return labels.SLOT + labels.SEPARATOR + bound


def _seal(file: IdentityFile, slot: Slot, key: SlotKey, identity: Identity) -> Slot:
    derived = derive_committed(extract(b"", key.raw), _info(file, slot))
    record = derived.seal(identity.seed.raw)
    return dataclasses.replace(
        slot, commitment=record[:COMMITMENT_BYTES], sealed=record[COMMITMENT_BYTES:]
    )


def _try(file: IdentityFile, slot: Slot, key: SlotKey) -> Identity | None:
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


def _locked(file: IdentityFile, why: str) -> NotAuthorised:
    kinds = list(dict.fromkeys(_NAMES[slot.kind] for slot in file.slots))
    ways = ", ".join(kinds) or "nothing"
    return NotAuthorised(
        f"the identity stays locked: {why}",
        hint=f"this identity opens with: {ways}",
        code="identity.locked",
    )
