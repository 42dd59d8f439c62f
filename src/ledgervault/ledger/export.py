"""A whole log in one file that anyone verifies without vault or keys.

Header line, entry lines, `--`, checkpoint lines. Entries never hold a newline.
"""

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.canonical import ENTRY_BYTES, canonical_json, parse_canonical
from ledgervault.ledger.checkpoints import key_name, origin_of
from ledgervault.ledger.verification import Verification, verify_log

FORMAT = "ledgervault-log/1"
SEPARATOR = b"--"
MAX_LINE_BYTES = ENTRY_BYTES + 1
HEADER_BYTES = 16 << 20


def write_export(
    *,
    vault: bytes,
    users: Sequence[tuple[bytes, bytes]],
    entries: Iterable[bytes],
    checkpoints: Iterable[str],
) -> Iterator[bytes]:
    """Yield the lines of an export; `users` are identity id and Ed25519 key."""
    header = {
        "format": FORMAT,
        "vault": vault.hex(),
        "origin": origin_of(vault),
        "users": [{"id": who.hex(), "ed25519": key.hex()} for who, key in users],
    }
    yield canonical_json(header) + b"\n"
    for entry in entries:
        yield entry + b"\n"
    yield SEPARATOR + b"\n"
    for note in checkpoints:
        yield canonical_json(note) + b"\n"


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedLog:
    """An export read back; keys are those the file itself names.

    Entries stay where they are and are read a second time to be verified: a log of
    millions is never held in memory.
    """

    vault: bytes
    keys: dict[str, bytes]
    checkpoints: tuple[str, ...]
    lines: Iterable[bytes]

    def verify(self) -> Verification:
        """Check the export as a whole."""
        return verify_log(
            self.entries(),
            self.checkpoints,
            origin=origin_of(self.vault),
            keys=self.keys,
        )

    def entries(self) -> Iterator[bytes]:
        """Yield the entries; what follows them is not looked at."""
        source = _bare(self.lines)
        next(source, None)
        return itertools.takewhile(lambda line: line != SEPARATOR, source)


def read_export(lines: Iterable[bytes]) -> ExportedLog:
    """Read an export, whose lines can be had twice; IntegrityViolated for others."""
    source = _bare(lines)
    vault, keys = _header(next(source, b""))
    for line in source:
        if line == SEPARATOR:
            break
        if len(line) > MAX_LINE_BYTES:
            raise _no_export()
    else:
        raise _no_export()
    return ExportedLog(vault, keys, tuple(map(_note, source)), lines)


def _bare(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line.rstrip(b"\n") for line in lines)


def _header(line: bytes) -> tuple[bytes, dict[str, bytes]]:
    try:
        header = parse_canonical(line, HEADER_BYTES)
        if header["format"] != FORMAT:
            raise _no_export()
        vault = bytes.fromhex(header["vault"])
        keys = {
            key_name(vault, bytes.fromhex(user["id"])): bytes.fromhex(user["ed25519"])
            for user in header["users"]
        }
    except (IntegrityViolated, KeyError, TypeError, ValueError):
        raise _no_export() from None
    return vault, keys


def _note(line: bytes) -> str:
    try:
        note = json.loads(line)
    except ValueError:
        raise _no_export() from None
    if not isinstance(note, str):
        raise _no_export()
    return note


def _no_export() -> IntegrityViolated:
    return IntegrityViolated(
        "this is no exported log",
        hint="make one with `vault log export`",
        code="log.export",
    )
