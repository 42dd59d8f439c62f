"""Rotate keys: new epochs of compartments, or of the ring alone."""

import dataclasses
from collections.abc import Sequence

from ledgervault.errors import UsageInvalid
from ledgervault.ids import ClientId
from ledgervault.ports.rows import CompartmentRow, DocumentFilter
from ledgervault.vault.authority import authorise
from ledgervault.vault.compartments import verified_compartments
from ledgervault.vault.epochs import change_epoch
from ledgervault.vault.finding import get_client
from ledgervault.vault.mirroring import refresh_mirrors
from ledgervault.vault.new_epochs import (
    prepare_renewal,
    ring_holders,
    write_renewal,
)
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.rewrapping import Progress, Rewrapped, resume_rotation
from ledgervault.vault.writing import writing

RING_ROTATED = "ring.rotated"


@dataclasses.dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation changed, or would change."""

    compartments: int
    documents: int
    wraps: int = 0
    sealed: int = 0
    grants: int = 0
    ring_epoch: int = 0  # 0: the ring was left alone
    problems: tuple[tuple[str, str], ...] = ()


def plan_rotation(vault: Vault, clients: Sequence[str], *, whole: bool) -> Rotated:
    """Say what a rotation of these clients would touch; nothing changes."""
    authorise(vault, "key")
    rows = _compartments(vault, clients, whole=whole)
    owners = {row.client_id for row in rows}
    documents = sum(
        vault.catalogue.count_documents(
            DocumentFilter(client_id=client, state="active")
        )
        for client in owners
    )
    return Rotated(compartments=len(rows), documents=documents)


def rotate_keys(
    vault: Vault,
    clients: Sequence[str],
    *,
    whole: bool,
    why: str,
    progress: Progress | None = None,
) -> Rotated:
    """Give compartments new keys and bring everything kept under them.

    Raises NotAuthorised unless the acting identity holds every present key.
    """
    authorise(vault, "key")
    with writing(vault, "key rotate"):
        rows = _compartments(vault, clients, whole=whole)
        renewal = prepare_renewal(vault, rows)
        with vault.act() as act:
            write_renewal(vault, act, renewal, "asked for", reason=why)
        done = resume_rotation(vault, progress) or Rewrapped()
    return _rotated(done, len(rows), grants=len(renewal.grants))


def finish_rotation(vault: Vault, progress: Progress | None = None) -> Rotated:
    """Go on with a rotation that was cut off; nothing to do is no error."""
    authorise(vault, "key")
    with vault.stores.lock.hold("key rotate"):
        vault.ring.refresh()
        done = resume_rotation(vault, progress) or Rewrapped()
    return _rotated(done, 0, grants=0)


def rotate_ring(vault: Vault) -> Rotated:
    """Write the ring's next epoch under a new anchor and a new ring key."""
    authorise(vault, "key")

    def state(act: Act, epoch: int) -> None:
        act.log(RING_ROTATED, objects=("keys",), facts={"epoch": epoch})

    with writing(vault, "key rotate"):
        holders = ring_holders(vault)
        flipped = change_epoch(vault, {}, state, holders=holders)
        refresh_mirrors(vault)
    return Rotated(0, 0, grants=len(holders), ring_epoch=flipped.after)


def _compartments(
    vault: Vault, clients: Sequence[str], *, whole: bool
) -> list[CompartmentRow]:
    if whole:
        return list(verified_compartments(vault.catalogue.compartments()))
    if not clients:
        raise UsageInvalid(
            "say whose keys to rotate", hint="name --client CLIENT, --all or --ring"
        )
    found: list[CompartmentRow] = []
    for client in dict.fromkeys(_id(vault, name) for name in clients):
        rows = vault.catalogue.compartments_of(client)
        found += verified_compartments(rows)
    return found


def _id(vault: Vault, name: str) -> ClientId:
    row, _client = get_client(vault, name)
    return row.id


def _rotated(done: Rewrapped, compartments: int, *, grants: int) -> Rotated:
    return Rotated(
        compartments=compartments,
        documents=done.documents,
        wraps=done.wraps,
        sealed=done.sealed,
        grants=grants,
        problems=tuple((row.hex(), code) for row, code in done.problems),
    )
