"""Doctor: look at the vault's health and say what to do; change nothing."""

import dataclasses
from datetime import timedelta

from ledgervault.domain.entitlement import ANSWERING_FOR_ALL
from ledgervault.errors import LedgerVaultError
from ledgervault.vault.authority import authorise
from ledgervault.vault.compacting import orphan_packs
from ledgervault.vault.evidence import gather_evidence
from ledgervault.vault.key_health import key_health
from ledgervault.vault.opened import Vault

WITHOUT_COUNTS = "in order"
KEY_AGE = timedelta(days=366)


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ok, note or problem, and what to do."""

    name: str
    state: str  # ok | note | problem
    finding: str
    remedy: str = ""


def examine(vault: Vault, *, place_notes: tuple[str, ...]) -> list[Check]:
    """Return every check, the worst of them deciding the exit code."""
    authorise(vault, "doctor")
    return [
        *_catalogue(vault),
        _log(vault),
        _ring(vault),
        _mirrors(vault),
        _packs(vault),
        _texts(vault),
        *_keys(vault),
        *(
            Check("place", "note", note, "move the ring out of history")
            for note in place_notes
        ),
    ]


def reclaim(vault: Vault) -> int:
    """Remove finished packs that no row refers to; return their bytes."""
    authorise(vault, "doctor")
    orphans = orphan_packs(vault)
    vault.note("packs.reclaimed", facts={"packs": len(orphans)})
    vault.stores.packs.remove(orphans)
    return sum(orphans.values())


def _catalogue(vault: Vault) -> list[Check]:
    health = vault.catalogue.health()
    integrity = health.get("integrity", "ok")
    lines = [
        Check("catalogue", "ok", f"{key}: {value}")
        for key, value in health.items()
        if key != "integrity"
    ]
    if integrity != "ok":
        remedy = "restore a backup with `vault backup restore`"
        return [*lines, Check("catalogue", "problem", integrity, remedy)]
    return [*lines, Check("catalogue", "ok", "integrity: ok")]


def _log(vault: Vault) -> Check:
    try:
        evidence = gather_evidence(vault)
    except LedgerVaultError as error:
        return Check("log", "problem", error.message, error.hint)
    if evidence.last_time_ms > int(vault.now().timestamp() * 1000):
        return Check(
            "clock", "problem", "the clock runs behind the log", "set the clock right"
        )
    size = vault.catalogue.log_size()
    verified = f"{size} entries verified against signed checkpoints"
    return Check("log", "ok", _unless_walled(vault, verified))


def _ring(vault: Vault) -> Check:
    epochs = vault.stores.anchors.epochs()
    live = vault.ring.head.epoch
    if list(epochs) != [live]:
        return Check(
            "ring",
            "problem",
            f"anchors of epochs {list(epochs)} exist, only {live} should",
            "run `vault purge --expired`, which finishes what was interrupted",
        )
    pages = _counted(len(vault.ring.head.pages), "page")
    return Check("ring", "ok", _unless_walled(vault, f"epoch {live}, {pages}"))


def _mirrors(vault: Vault) -> Check:
    mirrors = vault.catalogue.mirrors()
    behind = [row for row in mirrors if row.epoch != vault.ring.head.epoch]
    if not mirrors:
        return Check(
            "mirrors",
            "problem",
            "no mirror: losing this disk loses the ring, and with it every document",
            "run `vault backup run TARGET`",
        )
    if behind:
        return Check(
            "mirrors",
            "problem",
            f"{len(behind)} of {len(mirrors)} mirrors behind",
            "run `vault backup run` with each target connected",
        )
    return Check("mirrors", "ok", f"{len(mirrors)} up to date")


def _packs(vault: Vault) -> Check:
    orphans = orphan_packs(vault)
    if orphans:
        return Check(
            "packs",
            "note",
            f"packs left by an interrupted ingest: {len(orphans)}, "
            f"{sum(orphans.values())} bytes",
            "run `vault doctor --reclaim`",
        )
    packs = _counted(len(vault.stores.packs.packs()), "pack")
    return Check("packs", "ok", _unless_walled(vault, packs))


def _texts(vault: Vault) -> Check:
    total, orphans = vault.catalogue.text_counts()
    if orphans:
        return Check(
            "texts",
            "problem",
            f"{orphans} of {total} kept texts belong to no document",
            "run `vault verify` and compare with a backup",
        )
    return Check("texts", "ok", _unless_walled(vault, _counted(total, "kept text")))


def _unless_walled(vault: Vault, counted: str) -> str:
    """Return a finding that counts, or none to those who may not know of every client."""
    return counted if vault.me.roles & ANSWERING_FOR_ALL else WITHOUT_COUNTS


def _keys(vault: Vault) -> list[Check]:
    health = key_health(vault)
    finding = f"{health.wraps} document keys under {health.keys} keys"
    checks = [Check("keys", "ok", _unless_walled(vault, finding))]
    if health.is_unfinished or health.behind:
        finding = f"a rotation was cut off: {health.behind} records under older keys"
        remedy = "an owner runs `vault key rotate --resume`"
        checks = [Check("keys", "problem", finding, remedy)]
    elif health.oldest is not None and vault.now().date() - health.oldest > KEY_AGE:
        finding = f"keys of {health.oldest} are older than a year"
        checks.append(Check("keys", "note", finding, "run `vault key rotate --all`"))
    if health.lapsed:
        finding = f"grants whose last day has passed: {health.lapsed}"
        remedy = "take the keys back: `vault revoke USER --client CLIENT`"
        checks.append(Check("grants", "note", finding, remedy))
    return checks


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
