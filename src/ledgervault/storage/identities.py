"""Identity files in the user's configuration directory, readable by him alone.

Does not open identities: their secrets stay sealed bytes here. Refuses names
that could leave the directory and files that others can read.
"""

import contextlib
import fcntl
import itertools
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
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
HEAD_BYTES = 64  # enough to tell whose file it is
Belongs = Callable[[bytes], bool]


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

    def load(
        self, name: str | None, belongs: Belongs | None = None
    ) -> tuple[str, bytes]:
        chosen = self._choose(belongs) if name is None else _safe(name)
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
        path = self.path_of(name)
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

    def take_over(self, name: str, successor: str) -> str:
        """Give a successor's file its predecessor's name; return where the old one is.

        There is a file of that name at every moment: the old one, then the new.
        """
        path, fresh = self.path_of(name), self.path_of(successor)
        kept = next(
            one
            for number in itertools.count(1)
            if not (one := path.with_name(f"{name}.retired-{number}")).exists()
        )
        with _alone(self._directory), storage_errors("rename", path):
            kept.hardlink_to(path)
            fresh.replace(path)
            durable.sync_directory(self._directory)
        return str(kept)

    def heads(self, size: int) -> Iterator[tuple[str, bytes]]:
        """Yield each name with the first bytes of its file; unreadable ones not."""
        for name in self.names():
            with contextlib.suppress(LedgerVaultError):
                head = find_bytes(self.path_of(name), max_bytes=size, cut=True)
                if head is not None:
                    yield name, head

    def _read(self, name: str) -> bytes | None:
        return find_secret(
            self.path_of(name), max_bytes=MAX_IDENTITY_BYTES, mode_code=MODE_CODE
        )

    def _choose(self, belongs: Belongs | None) -> str:
        names = self.names()
        raw = find_bytes(self._default, max_bytes=_MAX_NAME_BYTES + 1)
        default = None if raw is None else _safe(_text(raw))
        if len(names) > 1 and belongs is not None:
            ours = [name for name, head in self.heads(HEAD_BYTES) if belongs(head)]
            if len(ours) == 1:
                return ours[0]
            if default not in (ours or names):
                raise self._several(ours or names, is_ours=bool(ours))
        if default is not None:
            return default
        if not names:
            raise NotAuthorised(
                "there is no identity on this machine",
                hint="`vault init` makes one; --identity FILE names one kept elsewhere",
                code="identity.none",
            )
        if len(names) > 1:
            raise self._several(names, is_ours=True)
        return names[0]

    def _several(self, names: Sequence[str], *, is_ours: bool) -> UsageInvalid:
        listed = ", ".join(names)
        return UsageInvalid(
            f"several identities are on this machine: {listed}"
            if is_ours
            else f"none of the identities on this machine is of this vault: {listed}",
            hint=f"choose one with --as NAME, or write one name into "
            f"{shown_path(self._default)}",
            code="usage.identity",
        )


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
