"""Identity files in the user's configuration directory, readable by him alone.

Does not open identities: their secrets stay sealed bytes here. Refuses names
that could leave the directory and files that others can read.
"""

import fcntl
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
    UsageInvalid,
)
from ledgervault.storage import durable
from ledgervault.storage.os_errors import shown_path, storage_errors
from ledgervault.storage.reading import find_bytes, find_secret

MAX_IDENTITY_BYTES = 64 << 10
MODE_CODE = "identity.mode"
_SUFFIX = ".identity"
_MAX_NAME_BYTES = 64
_PUNCTUATION = "._-@"


class FileIdentityStore:
    """The identities under `<config>/identities`."""

    def __init__(self, config_dir: Path) -> None:
        self._directory = config_dir / "identities"
        self._default = config_dir / "default-identity"

    def names(self) -> Sequence[str]:
        if not self._directory.is_dir():
            return ()
        stems = (path.stem for path in self._directory.glob(f"*{_SUFFIX}"))
        return sorted(stem for stem in stems if is_safe_name(stem))

    def load(self, name: str | None) -> tuple[str, bytes]:
        chosen = self._choose() if name is None else _safe(name)
        record = self._read(chosen)
        if record is None:
            raise NotFound(
                f"there is no identity named {chosen}",
                hint=f"known identities: {', '.join(self.names()) or 'none'}",
                code="identity.unknown",
            )
        return chosen, record

    def load_file(self, path: Path) -> tuple[str, bytes]:
        """Read an identity file that the user named by its path."""
        record = find_secret(
            path, max_bytes=MAX_IDENTITY_BYTES, mode_code=MODE_CODE, follow=True
        )
        if record is None:
            raise NotFound(
                f"there is no file {shown_path(path)}", code="identity.unknown"
            )
        return path.stem, record

    def save(self, name: str, record: bytes) -> str:
        durable.make_directory(self._directory)
        path = self._directory / f"{_safe(name)}{_SUFFIX}"
        try:
            durable.write_new(path, record)
        except Conflict as error:
            raise Conflict(
                f"there is an identity named {name} already",
                hint="choose another name; an identity is never overwritten",
                code="identity.exists",
            ) from error
        return str(path)

    def path_of(self, name: str) -> Path:
        """Name the file of an identity, whether or not it exists."""
        return self._directory / f"{_safe(name)}{_SUFFIX}"

    def replace_file(self, path: Path, record: bytes, *, expected: bytes) -> None:
        """Put a new record in the place of the expected one, then overwrite the old.

        Atomic and durable. Raises Conflict `identity.changed` if another command
        changed the file since it was read.
        """
        real = path.resolve()
        with _alone(real.parent):
            if self.load_file(real)[1] != expected:
                raise Conflict(
                    "another command changed this identity just now",
                    hint="run the command again",
                    code="identity.changed",
                )
            durable.replace_erasing(real, record)

    def _read(self, name: str) -> bytes | None:
        path = self._directory / f"{name}{_SUFFIX}"
        return find_secret(path, max_bytes=MAX_IDENTITY_BYTES, mode_code=MODE_CODE)

    def _choose(self) -> str:
        names = self.names()
        default = find_bytes(self._default, max_bytes=_MAX_NAME_BYTES + 1)
        if default is not None:
            return _safe(_text(default))
        if not names:
            raise NotAuthorised(
                "there is no identity on this machine",
                hint="`vault init` makes one; --identity FILE names one kept elsewhere",
                code="identity.none",
            )
        if len(names) > 1:
            raise UsageInvalid(
                "several identities are on this machine: " + ", ".join(names),
                hint=f"choose one with --as NAME, or write one name into "
                f"{shown_path(self._default)}",
                code="usage.identity",
            )
        return names[0]


def is_safe_name(name: str) -> bool:
    """Say whether a name is letters, digits and `._-@`, not led by a mark."""
    is_plain = all(letter.isalnum() or letter in _PUNCTUATION for letter in name)
    is_short = len(name.encode("utf-8", "replace")) <= _MAX_NAME_BYTES
    return bool(name) and is_plain and is_short and name[0].isalnum()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with storage_errors("lock", directory):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with storage_errors("lock", directory):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _safe(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    if not is_safe_name(name):
        raise UsageInvalid(
            f"not a name for an identity: {name[:40]!r}",
            hint=f"use letters, digits and {_PUNCTUATION}, at most "
            f"{_MAX_NAME_BYTES} bytes",
            code="identity.name",
        )
    return name


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise IntegrityViolated(
            "the file default-identity is not text", code="identity.default"
        ) from error
