"""Several documents as one ZIP, stored, with a manifest; never touches a disk."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from ledgervault.formats.sanitising import safe_file_name

MANIFEST = "MANIFEST.json"

Member = tuple[str, datetime, Iterable[bytes]]


def write_bundle(sink: BinaryIO, members: Iterable[Member]) -> None:
    """Write members under safe, distinct names, then a manifest of their hashes."""
    taken = {MANIFEST.casefold()}
    entries = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, at, pieces in members:
            chosen = _free(safe_file_name(name, fallback="document"), taken)
            size, digest = _write(archive, chosen, at, pieces)
            entries.append({"name": chosen, "bytes": size, "sha256": digest})
        manifest = json.dumps({"files": entries}, ensure_ascii=False, indent=1)
        archive.writestr(MANIFEST, manifest.encode())


def _write(
    archive: zipfile.ZipFile, name: str, at: datetime, pieces: Iterable[bytes]
) -> tuple[int, str]:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            member.write(piece)
    return size, digest.hexdigest()


def _free(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    chosen, number = name, 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{stem} ({number}){dot}{suffix}" if stem else f"{name} ({number})"
    taken.add(chosen.casefold())
    return chosen
