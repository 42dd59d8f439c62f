"""Pins: the last log head this user has seen, per vault and place.

They live outside the vault, so whoever rolls a vault back cannot roll back
what its users remember. A damaged pin stops the command instead of vanishing.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledgervault.errors import IntegrityViolated
from ledgervault.storage import durable
from ledgervault.storage.json_records import parse_record, serialise_record, texts_of
from ledgervault.storage.os_errors import shown_path, storage_errors
from ledgervault.storage.reading import find_bytes

MAX_PIN_BYTES = 1 << 20
_LOCK = "lock"


class FilePinStore:
    """The pins under `<config>/pins`, one file a vault."""

    def __init__(self, config_dir: Path) -> None:
        self._directory = config_dir / "pins"

    def load(self, vault: bytes, place: str) -> Mapping[str, str] | None:
        return self._read(vault).get(place)

    def save(self, vault: bytes, place: str, pin: Mapping[str, str]) -> None:
        durable.make_directory(self._directory)
        with self._alone():
            pins = {**self._read(vault), place: dict(pin)}
            durable.replace(self._path(vault), serialise_record(pins))

    def others(self, vault: bytes, place: str) -> Sequence[Mapping[str, str]]:
        return [pin for known, pin in self._read(vault).items() if known != place]

    def _path(self, vault: bytes) -> Path:
        return self._directory / f"{vault.hex()}.json"

    def _read(self, vault: bytes) -> dict[str, dict[str, str]]:
        path = self._path(vault)
        raw = find_bytes(path, max_bytes=MAX_PIN_BYTES)
        if raw is None:
            return {}
        pins = {
            place: texts_of(pin) for place, pin in (parse_record(raw) or {}).items()
        }
        known = {place: pin for place, pin in pins.items() if pin is not None}
        if not pins or len(known) != len(pins):
            raise _damaged(path)
        return known

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self._directory / _LOCK
        with storage_errors("lock", path):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(path, flags, durable.PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _damaged(path: Path) -> IntegrityViolated:
    return IntegrityViolated(
        f"the record of what you last saw of this vault is damaged: {shown_path(path)}",
        hint="run `vault log verify` on another machine or against a backup, "
        "and only then remove this file",
        code="pin.damaged",
    )
