"""The share set that counts: parsed strictly, and only as the log states it.

Layout: docs/design/formats.md, "Share set". Whoever can write the database could
put an old set back, so the whole log is verified before the last statement is
believed.
"""

import dataclasses
import hashlib
import struct

from ledgervault.crypto.opening import cannot_open
from ledgervault.crypto.recovery_shares import (
    SHARE_BYTES,
    SharedKind,
    ShareHeader,
    parse_share,
    verify_share,
)
from ledgervault.crypto.secret_sharing import mask_of, subsets_of
from ledgervault.domain.roster import ALWAYS_GRANTED
from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotFound
from ledgervault.ids import IdentityId, VaultId
from ledgervault.ledger.checkpoints import key_name, origin_of
from ledgervault.ledger.entries import Event
from ledgervault.ledger.replay import replay
from ledgervault.ledger.verification import verify_log
from ledgervault.ports.catalogue import Catalogue
from ledgervault.vault.people import People, User

MAGIC = b"LVRSET\0\1"
HEAD = struct.Struct(">8s16s16s16s16sBB")
MEMBER_BYTES = 16
SET_FACT = "recovery_set"
ARRANGED = "recovery.arranged"
DRILLED = "recovery.drilled"
CONTRIBUTED = "recovery.contributed"
COMBINED = "recovery.combined"
OBJECT = "recovery"
KINDS = (SharedKind.SEED, SharedKind.CANARY)


@dataclasses.dataclass(frozen=True, slots=True)
class ShareSet:
    """Every share of the seed and of the canary, in the order of the layout."""

    vault: bytes
    set_id: bytes
    user: bytes
    maker: bytes
    needed: int
    members: tuple[bytes, ...]
    records: tuple[bytes, ...] = dataclasses.field(repr=False)

    def serialise(self) -> bytes:
        """Write the set as the catalogue keeps it."""
        head = HEAD.pack(
            MAGIC,
            self.vault,
            self.set_id,
            self.user,
            self.maker,
            self.needed,
            len(self.members),
        )
        return head + b"".join(self.members) + b"".join(self.records)

    def digest(self) -> str:
        """Return the hash that the log states."""
        return hashlib.sha256(self.serialise()).hexdigest()

    def records_of(self, member: bytes, kind: SharedKind) -> list[bytes]:
        """Return one person's shares of one secret."""
        headers = ((record, parse_share(record)) for record in self.records)
        return [
            record
            for record, header in headers
            if header.kind is kind and header.recipient == member
        ]


@dataclasses.dataclass(frozen=True, slots=True)
class Arrangement:
    """The set that counts, the event that states it, and drills since."""

    shares: ShareSet
    maker: User
    event: Event
    drills: tuple[Event, ...]


def parse_share_set(raw: bytes) -> ShareSet:
    """Parse a share set; refuse shares that are missing, moved or of others."""
    if len(raw) < HEAD.size:
        raise _damaged()
    magic, vault, set_id, user, maker, needed, people = HEAD.unpack_from(raw)
    body = raw[HEAD.size + people * MEMBER_BYTES :]
    if magic != MAGIC or len(body) % SHARE_BYTES:
        raise _damaged()
    members = _pieces(raw[HEAD.size : len(raw) - len(body)], MEMBER_BYTES)
    records = _pieces(body, SHARE_BYTES)
    found = ShareSet(vault, set_id, user, maker, needed, members, records)
    _verify_places(found)
    return found


def read_arrangement(
    catalogue: Catalogue, *, vault: VaultId, people: People
) -> Arrangement:
    """Return the set that counts, with every signature and the whole log verified.

    Raises NotFound `recovery.none` when nothing was arranged.
    """
    events = _events(catalogue, vault, people)
    arranged = [event for event in events if event.act == ARRANGED]
    if not arranged:
        raise NotFound(
            "no recovery by several people was arranged",
            hint="`vault key recovery arrange --of 2 NAME NAME NAME` does that",
            code="recovery.none",
        )
    event = arranged[-1]
    shares = parse_share_set(catalogue.fact(SET_FACT) or b"")
    if shares.digest() != event.facts.get("hash") or shares.vault != vault:
        raise IntegrityViolated(
            "the recovery shares are not those that were arranged last",
            hint="an old or foreign set was put there: compare with a backup",
            code="recovery.replaced",
        )
    maker = _verified_maker(shares, people, event)
    drills = tuple(
        one
        for one in events
        if one.act == DRILLED and one.facts.get("set") == shares.set_id.hex()
    )
    return Arrangement(shares, maker, event, drills)


def _events(catalogue: Catalogue, vault: VaultId, people: People) -> list[Event]:
    size = catalogue.log_size()
    keys = {
        key_name(vault, user.id): user.public.ed25519 for user in people.users.values()
    }
    found = verify_log(
        catalogue.entries(0, size),
        [note for _size, note in catalogue.checkpoints()],
        origin=origin_of(vault),
        keys=keys,
    )
    if not found.ok:
        raise IntegrityViolated(
            f"the log does not verify: {found.problem}",
            hint="run `vault log verify`; no share is handed out on a broken log",
            code="log.violated",
        )
    acts = frozenset({ARRANGED, DRILLED})
    return list(replay(catalogue.entries(0, size), acts, are_verified=True))


def _verified_maker(shares: ShareSet, people: People, event: Event) -> User:
    maker = people.user(IdentityId(shares.maker))
    had_left = maker.ended_at is not None and maker.ended_at < event.sequence
    if not maker.roles & ALWAYS_GRANTED or had_left or event.actor != maker.id:
        raise _damaged()
    for record in shares.records:
        header = verify_share(
            record, vault=shares.vault, maker_public=maker.public.ed25519
        )
        # A share states when it was made, so old ones cannot be arranged again.
        if header.log_sequence != event.sequence:
            raise _damaged()
    return maker


def _verify_places(shares: ShareSet) -> None:
    try:
        subsets = subsets_of(shares.needed, len(shares.members))
    except LedgerVaultError:
        raise _damaged() from None
    expected = [
        (kind, mask_of(subset), member)
        for kind in KINDS
        for subset in subsets
        for member in subset
    ]
    headers = [parse_share(record) for record in shares.records]
    found = [(one.kind, one.subset, one.member) for one in headers]
    if found != expected or not all(_belongs(one, shares) for one in headers):
        raise _damaged()
    secrets = {(one.kind, one.secret_commitment) for one in headers}
    if len(secrets) != len(KINDS) or len(set(shares.members)) != len(shares.members):
        raise _damaged()


def _belongs(header: ShareHeader, shares: ShareSet) -> bool:
    return (
        header.set_id,
        header.maker,
        header.needed,
        header.people,
        header.recipient,
    ) == (
        shares.set_id,
        shares.maker,
        shares.needed,
        len(shares.members),
        shares.members[header.member],
    )


def _pieces(raw: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(raw[at : at + size] for at in range(0, len(raw), size))


def _damaged() -> IntegrityViolated:
    return cannot_open("the recovery shares")
