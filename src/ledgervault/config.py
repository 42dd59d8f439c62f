"""Settings: where things are and how strong new keys are made.

Holds values only; nothing here opens a file.
"""

import dataclasses
from pathlib import Path

MEBIBYTE = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Argon2Cost:
    """Argon2id parameters: passes, lanes and memory (RFC 9106)."""

    passes: int
    lanes: int
    memory_kib: int


@dataclasses.dataclass(frozen=True, slots=True)
class PassphraseCost:
    """What a new passphrase slot costs, and what a read one may ask for.

    `strong` is for those who hold everything: owners and partners.
    """

    new: Argon2Cost = Argon2Cost(passes=3, lanes=4, memory_kib=64 * 1024)
    strong: Argon2Cost = Argon2Cost(passes=3, lanes=4, memory_kib=256 * 1024)
    floor: Argon2Cost = Argon2Cost(passes=1, lanes=1, memory_kib=46 * 1024)
    ceiling: Argon2Cost = Argon2Cost(passes=64, lanes=64, memory_kib=1024 * 1024)


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """All that a command needs to find its vault and its identity."""

    vault_dir: Path
    config_dir: Path
    identity_name: str | None = None
    identity_file: Path | None = None
    passphrase_file: str | None = None  # a path, or "-" for descriptor 0
    pin_file: str | None = None  # the token's PIN; the same
    language: str = "en"
    passphrase_cost: PassphraseCost = PassphraseCost()
    lock_wait_s: float = 30.0
    reads_pictures: bool = False
    workers: int | None = None  # sealing processes; None lets the batch decide
