"""Take new keys on this machine: a new identity file beside the old, then the vault."""

import dataclasses
from pathlib import Path

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.creating import InitRequest, keep_identity
from ledgervault.bootstrap.opening import open_vault
from ledgervault.bootstrap.unlocking import load_identity
from ledgervault.config import Settings
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.errors import Conflict, UsageInvalid
from ledgervault.ids import short_code
from ledgervault.services.founding import new_identity
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.vault.succeeding import Succeeded, succeed, verify_may_succeed


@dataclasses.dataclass(frozen=True, slots=True)
class SuccessionRequest:
    """What opens the new identity file."""

    passphrase: str | None = dataclasses.field(default=None, repr=False)
    key_file: str | None = None
    recovery_kit: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TakenOver:
    """A person under new keys, and where their file and the old one are."""

    succeeded: Succeeded
    identity: str
    retired: str
    recovery_kit: str
    fingerprint: str


def rotate_identity(
    settings: Settings, ask: Ask | None, request: SuccessionRequest
) -> TakenOver:
    """Make new keys, let them succeed the old, and give their file its name.

    The new file is durable before the vault knows of it. A crash before that
    leaves the old identity as it was; after it the new one works, under its own
    name until it has taken over the old one's.
    """
    _verify(settings, request)
    on_disk = load_identity(settings)
    vault = open_vault(settings, ask)
    try:
        verify_may_succeed(vault)
        identity = new_identity()
        code = short_code("U", identity.identity_id)
        kit = settings.config_dir / "recovery-kits" / f"{on_disk.name}-{code}.txt"
        kept = InitRequest(
            name="",
            packs=(),
            owner=on_disk.name,
            passphrase=request.passphrase,
            recovery_kit=request.recovery_kit or str(kit),
            key_file=request.key_file,
        )
        name, _path, written = keep_identity(settings, kept, identity, vault.id)
        succeeded = succeed(vault, identity)
    finally:
        vault.catalogue.close()
    store = FileIdentityStore(settings.config_dir)
    retired = store.take_over(on_disk.name, name)
    fingerprint = identity.public.fingerprint()
    return TakenOver(succeeded, on_disk.name, retired, written, fingerprint)


def _verify(settings: Settings, request: SuccessionRequest) -> None:
    if settings.identity_file is not None:
        raise UsageInvalid(
            "an identity file named by its path stays where it is",
            hint="move it into the configuration directory and name it with --as",
        )
    if request.passphrase is None and request.key_file is None:
        raise UsageInvalid(
            "an identity needs a passphrase or a key file",
            hint="give --passphrase-file or --key-file",
        )
    if request.passphrase is not None:
        verify_passphrase_strength(request.passphrase)
    for path in (request.key_file, request.recovery_kit):
        if path is not None and Path(path).exists():
            raise Conflict(f"{path} exists", hint="choose another path")
