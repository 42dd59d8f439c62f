"""The vault directory: what lies where, and the header that makes it a vault.

`vault.json` is written last, so an interrupted creation is no vault and the
next one replaces it. Refuses to build in a directory that holds anything else.
"""

import dataclasses
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ledgervault.errors import ConfigurationInvalid, Conflict, NotFound
from ledgervault.ids import ID_BYTES, VaultId
from ledgervault.storage import durable
from ledgervault.storage.json_records import parse_record, serialise_record
from ledgervault.storage.os_errors import shown_path, storage_errors
from ledgervault.storage.reading import find_bytes

FORMAT = "ledgervault/1"
HEADER_NAME = "vault.json"
FILE_ANCHORS = "file"
ANCHOR_DRIVERS = (FILE_ANCHORS, "pkcs11")
_UNFINISHED = "vault.json.unfinished"
_MAX_HEADER_BYTES = 4096
_OURS = {
    _UNFINISHED,
    "catalogue.sqlite",
    "catalogue.sqlite-journal",
    "catalogue.sqlite-wal",
    "catalogue.sqlite-shm",
    "packs",
    "ring",
    "anchor",
    "lock",
}


@dataclasses.dataclass(frozen=True, slots=True)
class VaultHeader:
    """What identifies a vault and where its anchors are; nothing is secret."""

    vault: VaultId
    suite: int
    created: datetime
    anchors: str = FILE_ANCHORS
    token: str = ""  # the label of the token that holds the anchors' keys


@dataclasses.dataclass(frozen=True, slots=True)
class VaultPaths:
    """Where the parts of a vault lie."""

    directory: Path
    catalogue: Path
    packs: Path
    ring: Path
    anchor: Path
    lock: Path


def vault_paths(directory: Path) -> VaultPaths:
    """Name the parts of the vault in `directory`, whether or not they exist."""
    return VaultPaths(
        directory=directory,
        catalogue=directory / "catalogue.sqlite",
        packs=directory / "packs",
        ring=directory / "ring",
        anchor=directory / "anchor",
        lock=directory / "lock",
    )


@contextmanager
def create_layout(directory: Path, header: VaultHeader) -> Iterator[VaultPaths]:
    """Prepare a vault directory; it becomes a vault when the block ends well.

    After an exception everything that was made is removed; after a crash the
    next call replaces it. Raises Conflict `vault.exists` for any other content.
    """
    paths = vault_paths(directory)
    is_new = not directory.exists()
    durable.make_directory(directory)
    with _sole_creator(directory):
        _clear_unfinished(directory)
        _verify_empty(directory)
        durable.write_new(directory / _UNFINISHED, serialise_header(header))
        try:
            for part in (paths.packs, paths.ring, paths.anchor):
                durable.make_directory(part)
            yield paths
            _finish(directory)
        except BaseException:
            _clear_unfinished(directory)
            if is_new:
                directory.rmdir()
            raise


def read_header(directory: Path) -> VaultHeader:
    """Read `vault.json`.

    Raises NotFound `vault.missing`, ConfigurationInvalid `vault.newer-format`
    or `vault.damaged-header`.
    """
    raw = find_bytes(directory / HEADER_NAME, max_bytes=_MAX_HEADER_BYTES)
    if raw is None:
        raise NotFound(
            f"there is no vault in {shown_path(directory)}",
            hint="create one with `vault init`, or name another with --vault",
            code="vault.missing",
        )
    return parse_header(raw)


def serialise_header(header: VaultHeader) -> bytes:
    """Write a header as the bytes of `vault.json`."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "vault": header.vault.hex(),
        "suite": header.suite,
        "created": header.created.isoformat().replace("+00:00", "Z"),
    }
    if header.anchors != FILE_ANCHORS:
        record |= {"anchors": header.anchors, "token": header.token}
    return serialise_record(record)


def parse_header(raw: bytes) -> VaultHeader:
    """Parse the bytes of `vault.json`; refuse every other format."""
    record = parse_record(raw)
    if record is None:
        raise _damaged()
    if record.get("format") != FORMAT:
        raise ConfigurationInvalid(
            f"this vault has the format {str(record.get('format'))[:40]!r}, "
            f"not {FORMAT!r}",
            hint="use the release of ledgervault that wrote it, or a later one",
            code="vault.newer-format",
        )
    return _header_of(record)


def _header_of(record: dict[str, Any]) -> VaultHeader:
    suite, vault, created = (record.get(key) for key in ("suite", "vault", "created"))
    if type(suite) is not int or not 0 <= suite < 1 << 16:
        raise _damaged()
    try:
        identifier = bytes.fromhex(str(vault))
        instant = datetime.fromisoformat(str(created))
    except ValueError as error:
        raise _damaged() from error
    if len(identifier) != ID_BYTES or instant.tzinfo is None:
        raise _damaged()
    anchors, token = record.get("anchors", FILE_ANCHORS), record.get("token", "")
    if anchors not in ANCHOR_DRIVERS or not isinstance(token, str):
        raise _damaged()
    return VaultHeader(VaultId(identifier), suite, instant, anchors, token)


def _damaged() -> ConfigurationInvalid:
    return ConfigurationInvalid(
        "vault.json is damaged",
        hint="every backup target holds a copy of it",
        code="vault.damaged-header",
    )


@contextmanager
def _sole_creator(directory: Path) -> Iterator[None]:
    with storage_errors("lock", directory):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Conflict(
            f"a vault is being created in {shown_path(directory)} right now",
            code="vault.busy",
        ) from None
    finally:
        os.close(descriptor)


def _clear_unfinished(directory: Path) -> None:
    if not _is_unfinished({path.name for path in directory.iterdir()}):
        return
    with storage_errors("clear", directory):
        for path in sorted(directory.iterdir()):
            if path.name == _UNFINISHED:
                continue  # last, so that a crash here leaves the mark
            if path.is_dir() and not path.is_symlink():
                _erase_tree(path)
            else:
                durable.erase(path)
        (directory / _UNFINISHED).unlink(missing_ok=True)
    durable.sync_directory(directory)


def _is_unfinished(names: set[str]) -> bool:
    left = {name for name in names if not durable.is_temporary(name)}
    return left <= _OURS and (not left or _UNFINISHED in left)


def _erase_tree(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            durable.erase(path)
    shutil.rmtree(directory)


def _verify_empty(directory: Path) -> None:
    if any(directory.iterdir()):
        is_vault, place = (directory / HEADER_NAME).exists(), shown_path(directory)
        raise Conflict(
            f"{place} holds a vault already" if is_vault else f"{place} is not empty",
            hint="name an empty or a new directory",
            code="vault.exists",
        )


def _finish(directory: Path) -> None:
    with storage_errors("finish", directory):
        (directory / _UNFINISHED).rename(directory / HEADER_NAME)
    durable.sync_directory(directory)
