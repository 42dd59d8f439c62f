"""An opened vault: the acting user, his keys, the stores, the adopted policy."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from ledgervault.crypto.identity import Identity
from ledgervault.domain.calendar import legal_day
from ledgervault.domain.policy import PolicySet
from ledgervault.ids import ClientId, VaultId
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ledger.entries import Event
from ledgervault.ports.catalogue import Catalogue, CatalogueWrites
from ledgervault.ports.papers import Envelopes, PaperReader
from ledgervault.ports.sources import SourceReader
from ledgervault.ports.stores import (
    AnchorStore,
    Clock,
    DeliveryStore,
    MirrorOpener,
    PackStore,
    PinStore,
    RingStore,
    WriterLock,
)
from ledgervault.vault.attested import newest_first
from ledgervault.vault.journal import Draft, Journal, Sealer
from ledgervault.vault.keychain import Keychain
from ledgervault.vault.people import People, User, trust
from ledgervault.vault.records import Records
from ledgervault.vault.ring import Ring
from ledgervault.vault.ring_heads import ring_age
from ledgervault.vault.rulings import Rulings
from ledgervault.vault.standing import RingAge, with_standing
from ledgervault.vault.statements import PEOPLE, read_statements


@dataclasses.dataclass(frozen=True, slots=True)
class Stores:
    """Every adapter a vault stands on."""

    catalogue: Catalogue
    packs: PackStore
    ring: RingStore
    anchors: AnchorStore
    pins: PinStore
    lock: WriterLock
    sources: SourceReader
    deliveries: DeliveryStore
    mirrors: MirrorOpener
    papers: PaperReader
    envelopes: Envelopes
    clock: Clock


@dataclasses.dataclass(slots=True)
class Act:
    """One logged change: its transaction and the events that will cover it."""

    tx: CatalogueWrites
    start: int
    drafts: list[Draft] = dataclasses.field(default_factory=list)
    checkpoint: Checkpoint | None = None
    ring: RingAge | None = None  # how old the ring is once this act is done

    @property
    def next_sequence(self) -> int:
        """Return the log sequence the next event will get."""
        return self.start + len(self.drafts)

    def log(
        self,
        act: str,
        *,
        objects: tuple[str, ...] = (),
        facts: Mapping[str, Any] | None = None,
        cipher: str = "",
        seal: Sealer | None = None,
    ) -> int:
        """Add an event; return its sequence."""
        sequence = self.next_sequence
        self.drafts.append(Draft(act, objects, cipher, facts or {}, seal))
        return sequence


@dataclasses.dataclass(slots=True)
class Vault:
    """What a use case is given."""

    id: VaultId
    place: str
    identity: Identity
    people: People
    me: User
    stores: Stores
    keychain: Keychain
    ring: Ring
    journal: Journal
    records: Records
    policy: PolicySet
    agency: ClientId
    rulings: Rulings = dataclasses.field(default_factory=Rulings, repr=False)

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue for reading."""
        return self.stores.catalogue

    def now(self) -> datetime:
        """Return the aware UTC instant."""
        return self.stores.clock.now()

    def today(self, jurisdiction: str) -> date:
        """Return the legal day in a jurisdiction, never one ahead of it."""
        return legal_day(self.now(), jurisdiction)

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Change the catalogue and log it in one transaction, or do neither."""
        with self.catalogue.transaction() as tx:
            # Whoever was let go meanwhile signs nothing any more.
            if len(tx.sequences_of(PEOPLE)) != len(self.people.heads):
                self.reload_people(tx)
            act = Act(tx, tx.log_size())
            yield act
            act.drafts = with_standing(
                tx,
                self.journal.current_head(tx),
                act.drafts,
                act.ring or ring_age(self.ring.head),
            )
            act.checkpoint = self.journal.record(tx, act.drafts)
        self.journal.pin()

    def reload_people(self, catalogue: Catalogue | CatalogueWrites) -> None:
        """Read the statements about people anew; NotAuthorised for who has left."""
        self.people.take(
            trust(
                catalogue.users(),
                read_statements(catalogue),
                vault=self.id,
                founder=self.people.founder,
            )
        )
        self.me = self.people.member(self.identity)
        self.rulings.forget()

    def note(self, act: str, **event: Any) -> None:
        """Log an event that changes nothing else, such as a read."""
        with self.act() as logged:
            logged.log(act, **event)

    def checkpoint(self) -> Checkpoint:
        """Return the head of the log as this session knows it."""
        return self.journal.head or self.journal.verify_head(self.catalogue)

    def events_of(self, obj: str) -> Iterator[Event]:
        """Yield the proven events that touched an object, newest first."""
        sequences = self.catalogue.sequences_of(obj)
        head = self.checkpoint()
        if sequences and sequences[-1] >= head.size:
            # Another process may have written since this one opened the vault.
            head = self.journal.verify_head(self.catalogue)
        yield from newest_first(self.catalogue, head, obj, sequences)
