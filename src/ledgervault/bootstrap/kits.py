"""Recovery kits: written for an identity, and read to rebuild its file."""

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path

from ledgervault.bootstrap.choosing import load_identity
from ledgervault.bootstrap.unlocking import read_secret_file
from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.kit_records import (
    LINES,
    find_kit_record,
    find_recovery_code,
    kit_lines,
    open_kit,
    parse_kit_head,
    parse_kit_line,
    seal_kit,
)
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.slots import (
    add_passphrase_slot,
    add_recovery_slot,
    unlock_with_recovery,
)
from ledgervault.errors import NotAuthorised, NotFound, UsageInvalid
from ledgervault.formats.recovery_kit import RecoveryKit, kit_file
from ledgervault.ids import VaultId
from ledgervault.storage import durable
from ledgervault.storage.clock import SystemClock
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.reading import find_bytes

MAX_KIT_BYTES = 1 << 20
TRIES = 3  # a line that was mistyped is asked for again
Ask = Callable[[str], str]


@dataclasses.dataclass(frozen=True, slots=True)
class KitSource:
    """Where code and record come from; what is not in a file is asked for."""

    kit: str | None = None
    code_file: str | None = None
    ask: Ask | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Rebuilt:
    """An identity file that exists again."""

    identity: str
    path: str
    fingerprint: str
    vault_id: str


def write_kit(
    path: Path, identity: Identity, name: str, code: str, vault: VaultId
) -> None:
    """Write a kit to a new file; its suffix chooses text or HTML."""
    kit = RecoveryKit(
        vault=vault.hex(),
        identity=name,
        fingerprint=identity.public.fingerprint(),
        made_on=SystemClock().now().date().isoformat(),
        code=code,
        record=kit_lines(seal_kit(identity, code, vault=vault)),
    )
    durable.make_directory(path.parent)
    durable.write_new(path, kit_file(kit, path.suffix))


def rebuild_identity(
    settings: Settings, source: KitSource, new_passphrase: Callable[[], str | None]
) -> Rebuilt:
    """Rebuild an identity file from a kit, under a new passphrase and the old code."""
    record, code = _read_kit(source)
    identity = open_kit(record, code)
    passphrase = new_passphrase()
    if passphrase is None:
        raise UsageInvalid(
            "the identity needs a new passphrase",
            hint="give --passphrase-file FILE",
        )
    verify_passphrase_strength(passphrase)
    file = add_recovery_slot(create_identity_file(identity), identity, code)
    file = add_passphrase_slot(file, identity, passphrase, settings.passphrase_cost)
    store = FileIdentityStore(settings.config_dir)
    name = settings.identity_name or free_name(store, "restored")
    path = store.save(name, serialise_identity_file(file))
    vault = parse_kit_head(record).vault
    return Rebuilt(name, path, identity.public.fingerprint(), vault.hex())


def check_kit(settings: Settings, source: KitSource, identity: Identity) -> bool:
    """Check that a kit opens this identity; say if its code opens the file too.

    Raises NotAuthorised when the kit is another identity's or does not open.
    """
    record, code = _read_kit(source)
    found = open_kit(record, code)
    if found.public != identity.public or found.identity_id != identity.identity_id:
        raise NotAuthorised(
            "this kit opens another identity than yours",
            hint="choose that identity with --as NAME, or fetch your own kit",
            code="recovery.other",
        )
    try:
        unlock_with_recovery(load_identity(settings).file, code)
    except NotAuthorised:
        return False  # a slot that was removed leaves the kit as good as it was
    return True


def free_name(store: FileIdentityStore, wanted: str) -> str:
    """Return a name no identity on this machine has."""
    taken = set(store.names())
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def _read_kit(source: KitSource) -> tuple[bytes, str]:
    text = _kit_text(source.kit) if source.kit is not None else ""
    code = find_recovery_code(text)
    if source.code_file is not None:
        secret = read_secret_file(source.code_file).decode("utf-8", "replace")
        text, code = text + "\n" + secret, find_recovery_code(secret)
        if code is None:
            raise _missing("the recovery code")
    record = find_kit_record(text)
    if code is None:
        code = _asked(source, "the recovery code", "Recovery code: ")
    if record is None:
        record = _asked_record(source)
    return record, code


def _asked_record(source: KitSource) -> bytes:
    return b"".join(_asked_line(source, number) for number in range(1, LINES + 1))


def _asked_line(source: KitSource, number: int) -> bytes:
    prompt = f"LVK{number}-"
    for _attempt in range(TRIES - 1):
        text = _asked(source, "the identity record", prompt)
        with contextlib.suppress(UsageInvalid):
            return parse_kit_line(text, number)
        prompt = f"not as it was printed, again: LVK{number}-"
    return parse_kit_line(_asked(source, "the identity record", prompt), number)


def _asked(source: KitSource, what: str, prompt: str) -> str:
    if source.ask is None:
        raise _missing(what)
    return source.ask(prompt)


def _missing(what: str) -> UsageInvalid:
    return UsageInvalid(
        f"the kit lacks {what}",
        hint="scan or copy both parts of the page into one file and give --kit FILE",
        code="recovery.incomplete",
    )


def _kit_text(name: str) -> str:
    raw = find_bytes(Path(name), max_bytes=MAX_KIT_BYTES, follow=True)
    if raw is None:
        raise NotFound(f"there is no file {name[:200]}", code="recovery.no-kit")
    return raw.decode("utf-8", "replace")
