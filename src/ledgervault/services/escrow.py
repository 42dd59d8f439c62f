"""Escrow: copies of ring and anchor elsewhere, so that no disk takes the vault along.

A copy is overwritten, never kept beside an older one: a place that keeps
history would bring back what was destroyed.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from ledgervault.errors import LedgerVaultError, NotFound, PolicyRefusal
from ledgervault.vault.authority import authorise
from ledgervault.vault.escrows import CLOSED, CURRENT, Escrow, escrows_of, look_at
from ledgervault.vault.mirroring import (
    MirrorView,
    mirrors_of,
    refresh_mirror,
    register_mirror,
)
from ledgervault.vault.opened import Vault
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Unreached:
    """A copy that could not be refreshed, and why."""

    escrow: Escrow
    problem: str


@dataclasses.dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did."""

    done: tuple[Escrow, ...]
    unreached: tuple[Unreached, ...]


def list_escrows(vault: Vault) -> list[Escrow]:
    """Look at every registered copy, backup targets among them."""
    authorise(vault, "backup")
    return escrows_of(vault)


def add_escrow(
    vault: Vault, location: str, *, history: str, accepts_history: bool
) -> Escrow:
    """Register a copy and fill it; refuse a place that keeps old versions."""
    authorise(vault, "backup")
    if history and not accepts_history:
        raise PolicyRefusal(
            f"{location} keeps old versions ({history}): what is destroyed would "
            "come back from there",
            hint="name a plain folder on another disk; --unsafe-keeps-history is for "
            "places that you know keep none",
            code="escrow.history",
        )
    with writing(vault, "adding a copy of the ring"):
        vault.stores.mirrors.create(location, vault.id)
        facts = {"accepted_history": history} if history else {}
        mirror = register_mirror(vault, location, facts)
    return look_at(vault, mirror)


def refresh_escrows(
    vault: Vault, locations: Sequence[str], *, takes_all: bool
) -> Refreshed:
    """Refresh copies that are behind, those named, or all; go on past a failure."""
    authorise(vault, "backup")
    done, unreached = [], []
    with writing(vault, "refreshing copies of the ring"):
        for mirror in _chosen(vault, locations, takes_all=takes_all):
            try:
                done.append(look_at(vault, refresh_mirror(vault, mirror)))
            except LedgerVaultError as error:
                unreached.append(Unreached(look_at(vault, mirror), error.message))
    if not locations:
        unreached += _closed_ones(vault)
    return Refreshed(tuple(done), tuple(unreached))


def _closed_ones(vault: Vault) -> list[Unreached]:
    problem = "its place is closed to you until somebody else has refreshed it"
    closed = [one for one in escrows_of(vault) if one.contents == CLOSED]
    return [Unreached(one, problem) for one in closed]


def _chosen(
    vault: Vault, locations: Sequence[str], *, takes_all: bool
) -> Iterator[MirrorView]:
    mirrors = mirrors_of(vault)
    unknown = set(locations) - {mirror.location for mirror in mirrors}
    if unknown:
        raise NotFound(
            f"no copy is registered at {min(unknown)}",
            hint="`vault key escrow list` shows the places; `vault key escrow add` "
            "registers one",
            code="escrow.unknown",
        )
    for mirror in mirrors:
        if locations and not takes_all:
            is_wanted = mirror.location in locations
        else:
            is_wanted = takes_all or look_at(vault, mirror).contents != CURRENT
        if is_wanted:
            yield mirror
