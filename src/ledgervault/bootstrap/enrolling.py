"""Enrol: make an identity on the new person's machine and a request for a partner."""

import dataclasses
from pathlib import Path

from ledgervault.bootstrap.creating import InitRequest, keep_identity
from ledgervault.config import Settings
from ledgervault.crypto.fingerprints import LISTS, fingerprint_words
from ledgervault.crypto.identity import PublicKeys
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.errors import Conflict, NotFound, PolicyRefusal, UsageInvalid
from ledgervault.ids import IdentityId
from ledgervault.services.founding import new_identity
from ledgervault.storage import durable
from ledgervault.storage.clock import SystemClock
from ledgervault.storage.pins import FilePinStore
from ledgervault.storage.reading import find_bytes
from ledgervault.vault.invitations import MAX_BYTES, Invitation, JoinRequest

MAX_FILE_NAME = 20
INVITED_PLACE = "(invitation)"


@dataclasses.dataclass(frozen=True, slots=True)
class EnrolRequest:
    """How the new identity shall be kept."""

    invitation: Path
    output: Path
    passphrase: str | None = dataclasses.field(default=None, repr=False)
    key_file: str | None = None
    recovery_kit: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Enrolled:
    """An identity that waits to be admitted."""

    agency: str
    name: str
    role: str
    identity: str
    identity_path: str
    request: str
    recovery_kit: str
    fingerprint: str
    words: dict[str, str]
    inviter_words: dict[str, str]


def enrol(settings: Settings, request: EnrolRequest) -> Enrolled:
    """Answer an invitation with fresh keys; the secret half stays on this machine.

    Raises ConfigurationInvalid for what is no invitation, PolicyRefusal when its
    last day has passed, Conflict when a file is in the way.
    """
    invitation = Invitation.parse(read_joining_file(request.invitation))
    _verify(invitation, request)
    identity = new_identity()
    kept = InitRequest(
        name=invitation.agency,
        packs=(),
        owner=_file_name(invitation.name),
        passphrase=request.passphrase,
        recovery_kit=request.recovery_kit,
        key_file=request.key_file,
    )
    name, path, kit = keep_identity(settings, kept, identity, invitation.vault)
    answer = JoinRequest(
        vault=invitation.vault,
        invitation=invitation.id,
        user=IdentityId(identity.identity_id),
        public=identity.public,
    )
    durable.write_new(request.output, answer.serialise(identity))
    _remember(settings, invitation)
    return Enrolled(
        agency=invitation.agency,
        name=invitation.name,
        role=invitation.role,
        identity=name,
        identity_path=path,
        request=str(request.output),
        recovery_kit=kit,
        fingerprint=identity.public.fingerprint(),
        words=_words(identity.public),
        inviter_words=_words(invitation.inviter_public),
    )


def read_joining_file(path: Path) -> bytes:
    """Read an invitation or a request that somebody sent."""
    raw = find_bytes(path, max_bytes=MAX_BYTES, cut=True)
    if raw is None:
        raise NotFound(f"there is no file {path}", code="joining.missing")
    return raw


def write_joining_file(path: Path, raw: bytes) -> None:
    """Write an invitation or a request to be sent; nothing is overwritten."""
    durable.write_new(path, raw)


def _verify(invitation: Invitation, request: EnrolRequest) -> None:
    if invitation.expires_on < SystemClock().now().date():
        raise PolicyRefusal(
            f"the invitation ended on {invitation.expires_on}",
            hint="ask for a new one",
            code="invitation.expired",
        )
    if request.passphrase is None and request.key_file is None:
        raise UsageInvalid(
            "an identity needs a passphrase or a key file",
            hint="give --passphrase-file or --key-file",
        )
    if request.passphrase is not None:
        about = (invitation.agency, invitation.name)
        verify_passphrase_strength(request.passphrase, about)
    for path in (request.output, request.key_file, request.recovery_kit):
        if path is not None and Path(path).exists():
            raise Conflict(f"{path} exists", hint="choose another path")


def _words(public: PublicKeys) -> dict[str, str]:
    return {language: fingerprint_words(public, language) for language in LISTS}


def _file_name(name: str) -> str:
    plain = "".join(one if one.isalnum() else "-" for one in name).strip("-")
    return plain[:MAX_FILE_NAME] or "identity"


def _remember(settings: Settings, invitation: Invitation) -> None:
    # The first vault this machine is shown must not be older than the invitation.
    pin = {
        "size": str(invitation.log_size),
        "root": invitation.log_root.hex(),
        "people": invitation.people,
    }
    FilePinStore(settings.config_dir).save(invitation.vault, INVITED_PLACE, pin)
