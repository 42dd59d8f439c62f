"""Where a document belongs and until when: folder, leaf, due date.

A folder is client x series x fiscal period. Its period is sealed; a keyed
token finds it again. Due dates are computed here, in Python, once, and stored.
"""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from datetime import date

from ledgervault.crypto.fixity import blind_token
from ledgervault.domain.calendar import fiscal_year_of, parse_filing_period
from ledgervault.domain.clients import Client
from ledgervault.domain.holds import Hold
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import (
    RetentionFacts,
    RetentionOutcome,
    decide_retention,
)
from ledgervault.domain.vocabulary import MATTERS
from ledgervault.errors import PolicyRefusal
from ledgervault.ids import ClientId, FolderId, random_id, short_code
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.ports.rows import FolderRow
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.records import FOLDER_FACTS_VERSION, Records

LEAVES_PER_FOLDER = 1 << 16
MOST_LEAVES = 2  # a document's own and that of its text
UNDATED = "undated"


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What retention asks of a document."""

    series: str
    period: str | None
    created_on: date
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


def fiscal_label(period: str | None, client: Client) -> str:
    """Name the fiscal year a period belongs to, such as FY2026, or `undated`."""
    if period is None:
        return UNDATED
    return _fiscal_year_label(period, client.facts_for("", period).year_end)


@functools.lru_cache(maxsize=4096)
def _fiscal_year_label(period: str, fiscal_year_end: str) -> str:
    return fiscal_year_of(parse_filing_period(period), fiscal_year_end).label


def retention_of(
    subject: Subject,
    client: Client,
    policy: PolicySet,
    *,
    today: date,
    holds: Sequence[Hold] = (),
) -> RetentionOutcome:
    """Decide how long a client's document is kept; `due` does not depend on today."""
    facts = retention_facts(subject, client)
    applying = policy_for(client, policy)
    return decide_retention(facts, applying, holds=holds, today=today)


def retention_facts(subject: Subject, client: Client) -> RetentionFacts:
    """Put together what retention asks; a document's own dates beat its client's."""
    known = client.facts_for(subject.series, subject.period)
    return RetentionFacts(
        series=subject.series,
        period=subject.period,
        fiscal_year_end=known.year_end,
        dates={**known.dates, **_dates(subject.facts)},
        open_matters=known.open_matters | matters_of(subject.facts),
        created_on=subject.created_on,
    )


def matters_of(facts: Mapping[str, str]) -> frozenset[str]:
    """Name the matters a document's own facts say are open."""
    return frozenset(name for name in MATTERS if facts.get(name) == "open")


@dataclasses.dataclass(slots=True)
class FolderPlan:
    """Folders a batch files into: found, opened, and their next leaves."""

    reads: CatalogueReads
    records: Records
    _by_key: dict[tuple[ClientId, str, str], FolderRow] = dataclasses.field(
        default_factory=dict
    )
    _loaded: dict[ClientId, dict[bytes, FolderRow]] = dataclasses.field(
        default_factory=dict
    )
    _key_of: dict[FolderId, tuple[ClientId, str, str]] = dataclasses.field(
        default_factory=dict
    )
    _fresh: dict[FolderId, tuple[FolderRow, str]] = dataclasses.field(
        default_factory=dict
    )
    _changed: dict[FolderId, FolderRow] = dataclasses.field(default_factory=dict)
    _proven: set[FolderId] = dataclasses.field(default_factory=set)

    def place(
        self,
        client_id: ClientId,
        client: Client,
        *,
        series: str,
        label: str,
        due: date | None,
        leaves: int = 1,
    ) -> tuple[FolderRow, int]:
        """Reserve the next leaves of the folder a document belongs to.

        Returns the folder and the first of them, which is the document's own.
        """
        key = (client_id, series, label)
        row = self._by_key.get(key)
        if row is None or row.next_leaf + leaves > LEAVES_PER_FOLDER:
            row = self._find_or_open(client_id, client, series, label)
        if row.state != "open":
            raise _closed(row)
        leaf = row.next_leaf
        row = dataclasses.replace(
            row, next_leaf=leaf + leaves, due=latest(row.due, due, leaf)
        )
        self._by_key[key] = row
        self._key_of[row.id] = key
        self._remember(row)
        return row, leaf

    def new_folders(self) -> dict[ClientId, list[FolderId]]:
        """Return the folders that need a seed in the ring, by client."""
        wanted: dict[ClientId, list[FolderId]] = {}
        for row, _label in self._fresh.values():
            wanted.setdefault(row.client_id, []).append(row.id)
        return wanted

    def unproven(self) -> list[FolderRow]:
        """Return the known folders that were not asked for before."""
        rows = [row for row in self._changed.values() if row.id not in self._proven]
        self._proven |= self._changed.keys()
        return rows

    def rows_to_add(self) -> list[FolderRow]:
        """Return the new folders with their facts sealed."""
        return [
            dataclasses.replace(row, sealed=self._seal(row, label))
            for row, label in self._fresh.values()
        ]

    def rows_to_update(self) -> list[FolderRow]:
        """Return known folders whose counters or dates moved."""
        return [
            dataclasses.replace(row, row_version=row.row_version + 1)
            for row in self._changed.values()
        ]

    def settle(self) -> None:
        """Forget what was written, keep what was found."""
        for row in self.rows_to_update():
            self._by_key[self._key_of[row.id]] = row
        self._fresh.clear()
        self._changed.clear()

    def _remember(self, row: FolderRow) -> None:
        if row.id in self._fresh:
            self._fresh[row.id] = (row, self._fresh[row.id][1])
        else:
            self._changed[row.id] = row

    def _find_or_open(
        self, client_id: ClientId, client: Client, series: str, label: str
    ) -> FolderRow:
        key = self.records.token_key(client)
        part = 0
        while True:
            part += 1
            token = blind_token(key, "folder", series, label, str(part))
            row = self._known(client_id).get(token)
            if row is None:
                return self._open(client_id, series, label, token)
            if (
                row.next_leaf + MOST_LEAVES <= LEAVES_PER_FOLDER
                and row.state != "destroyed"
            ):
                return row

    def _known(self, client_id: ClientId) -> dict[bytes, FolderRow]:
        # One query a client, not one a folder: a pile touches thousands.
        if client_id not in self._loaded:
            rows = self.reads.folders(client_id)
            self._loaded[client_id] = {row.token: row for row in rows}
        return self._loaded[client_id]

    def _open(
        self, client_id: ClientId, series: str, label: str, token: bytes
    ) -> FolderRow:
        folder = FolderId(random_id(8))
        row = FolderRow(
            id=folder,
            code=short_code("F", folder),
            client_id=client_id,
            series=series,
            token=token,
            state="open",
            due=None,
            next_leaf=0,
            sealed=b"",
            row_version=1,
        )
        self._fresh[folder] = (row, label)
        return row

    def _seal(self, row: FolderRow, label: str) -> bytes:
        return self.records.seal_for_client(
            row.client_id, "folders", row.id, {"period": label}, FOLDER_FACTS_VERSION
        )


def latest(known: date | None, added: date | None, leaf: int) -> date | None:
    """Return the later due date; a folder with an open end stays open."""
    if leaf == 0:
        return added
    if known is None or added is None:
        return None
    return max(known, added)


def _closed(row: FolderRow) -> PolicyRefusal:
    return PolicyRefusal(
        f"folder {row.code} is archived and takes no more papers",
        hint="file the paper under another period, or have the folder reopened",
        code="archive.folder-closed",
    )


def _dates(facts: Mapping[str, str]) -> dict[str, date]:
    days = {}
    for name, value in facts.items():
        try:
            days[name] = date.fromisoformat(value)
        except ValueError:
            continue
    return days
