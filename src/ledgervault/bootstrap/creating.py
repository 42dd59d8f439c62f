"""Create a vault: identity and recovery kit first, `vault.json` last."""

import dataclasses
from pathlib import Path

from ledgervault.bootstrap.adapters import open_anchors, place_of, stores_at
from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.kits import free_name, write_kit
from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    create_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    add_recovery_slot,
)
from ledgervault.crypto.suites import Suite, verify_capabilities
from ledgervault.errors import Conflict, UsageInvalid
from ledgervault.ids import VaultId, random_id
from ledgervault.services.founding import Founding, found_vault, new_identity
from ledgervault.storage.catalogue.opening import create_catalogue
from ledgervault.storage.clock import SystemClock
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file
from ledgervault.storage.layout import (
    ANCHOR_DRIVERS,
    FILE_ANCHORS,
    VaultHeader,
    create_layout,
)
from ledgervault.storage.token_settings import get_token_settings


@dataclasses.dataclass(frozen=True, slots=True)
class InitRequest:
    """What a new vault needs; a passphrase, a key file, or both."""

    name: str
    packs: tuple[str, ...]
    owner: str = "owner"
    passphrase: str | None = dataclasses.field(default=None, repr=False)
    recovery_kit: str | None = None
    key_file: str | None = None
    anchors: str = FILE_ANCHORS


@dataclasses.dataclass(frozen=True, slots=True)
class Founded:
    """A vault that exists."""

    vault_id: str
    name: str
    identity: str
    identity_path: str
    fingerprint: str
    recovery_kit: str


def init_vault(
    settings: Settings, request: InitRequest, ask: Ask | None = None
) -> Founded:
    """Create vault, owner identity and recovery kit; `ask` prompts for a PIN.

    Raises Conflict when the directory or the identity name is taken.
    """
    _verify(settings, request)
    verify_capabilities()
    policy = load_shipped_policy(request.packs)
    identity = new_identity()
    vault_id = VaultId(random_id())
    founding = Founding(
        vault=vault_id,
        agency_name=request.name,
        owner_name=request.owner,
        policy=policy,
        place=place_of(settings),
    )
    now = SystemClock().now()
    suite, token = int(Suite.COBBLESTONE_256), _token_label(settings, request)
    header = VaultHeader(vault_id, suite, now, request.anchors, token)
    with create_layout(settings.vault_dir, header) as paths:
        name, path, kit = keep_identity(settings, request, identity, vault_id)
        catalogue = create_catalogue(paths.catalogue)
        try:
            anchors = open_anchors(header, settings, ask)
            stores = stores_at(paths, settings, catalogue, anchors)
            found_vault(founding, identity, stores)
        finally:
            catalogue.close()
    fingerprint = identity.public.fingerprint()
    return Founded(vault_id.hex(), request.name, name, path, fingerprint, kit)


def _verify(settings: Settings, request: InitRequest) -> None:
    if not request.name.strip():
        raise UsageInvalid("the agency needs a name", hint="add --name NAME")
    if request.passphrase is None and request.key_file is None:
        raise UsageInvalid(
            "an identity needs a passphrase or a key file",
            hint="give --passphrase-file or --key-file",
        )
    if request.passphrase is not None:
        verify_passphrase_strength(request.passphrase, (request.name, request.owner))
    for path in (request.key_file, request.recovery_kit):
        if path is not None and Path(path).exists():
            raise Conflict(f"{path} exists", hint="choose another path")
    if request.anchors not in ANCHOR_DRIVERS:
        raise UsageInvalid(
            f"no such place for anchors: {request.anchors[:20]!r}",
            hint="one of: " + ", ".join(ANCHOR_DRIVERS),
        )
    if settings.identity_file is not None:
        raise UsageInvalid("init makes its own identity", hint="leave --identity out")


def _token_label(settings: Settings, request: InitRequest) -> str:
    if request.anchors == FILE_ANCHORS:
        return ""
    return get_token_settings(settings.config_dir).label


def keep_identity(
    settings: Settings, request: InitRequest, identity: Identity, vault_id: VaultId
) -> tuple[str, str, str]:
    """Write identity file and recovery kit; return its name and both paths."""
    code = generate_recovery_code()
    file = add_recovery_slot(create_identity_file(identity), identity, code)
    if request.passphrase is not None:
        cost = settings.passphrase_cost
        file = add_passphrase_slot(file, identity, request.passphrase, cost)
    if request.key_file is not None:
        key = SlotKey(create_key_file(Path(request.key_file)))
        file = add_key_file_slot(file, identity, key)
    store = FileIdentityStore(settings.config_dir)
    name = free_name(store, settings.identity_name or request.owner)
    path = store.save(name, serialise_identity_file(file))
    default = settings.config_dir / "recovery-kits" / f"{name}.txt"
    kit = Path(request.recovery_kit) if request.recovery_kit else default
    write_kit(kit, identity, name, code, vault_id)
    return name, path, str(kit)
