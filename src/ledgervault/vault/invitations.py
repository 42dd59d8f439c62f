"""The two files by which a person joins: an invitation out, a request back.

Neither holds a secret. The invitation is signed by who invites and carries the
head of the log, so that the new machine cannot be shown an older vault; the
request is signed by the new keys themselves.
"""

import base64
import binascii
import dataclasses
from datetime import date
from typing import Any, Self

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity, PublicKeys, parse_public_keys
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.errors import ConfigurationInvalid, LedgerVaultError
from ledgervault.ids import IdentityId, VaultId
from ledgervault.ledger.canonical import canonical_json, parse_canonical

MAX_BYTES = 16 << 10
_INVITATION, _REQUEST = "ledgervault-invitation/1", "ledgervault-request/1"


@dataclasses.dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody is given who shall join."""

    vault: VaultId
    id: bytes  # 16
    agency: str
    name: str
    role: str
    expires_on: date
    inviter: IdentityId
    inviter_public: PublicKeys
    log_size: int
    log_root: bytes
    people: str  # how many statements, and the last

    def serialise(self, identity: Identity) -> bytes:
        """Write and sign the invitation."""
        body = {
            "format": _INVITATION,
            "vault": self.vault.hex(),
            "invitation": self.id.hex(),
            "agency": self.agency,
            "name": self.name,
            "role": self.role,
            "expires_on": self.expires_on.isoformat(),
            "inviter": self.inviter.hex(),
            "inviter_public": _b64(self.inviter_public.serialise()),
            "log_size": self.log_size,
            "log_root": self.log_root.hex(),
            "people": self.people,
        }
        return _signed(identity, labels.INVITATION, body)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Parse an invitation and check that its keys signed it."""
        try:
            body, signature = _opened(raw, _INVITATION)
            public = parse_public_keys(_raw(body["inviter_public"]))
            _verify(public, labels.INVITATION, body, signature)
            return cls(
                vault=VaultId(_id(body["vault"])),
                id=_id(body["invitation"]),
                agency=str(body["agency"]),
                name=str(body["name"]),
                role=str(body["role"]),
                expires_on=date.fromisoformat(body["expires_on"]),
                inviter=IdentityId(_id(body["inviter"])),
                inviter_public=public,
                log_size=int(body["log_size"]),
                log_root=bytes.fromhex(body["log_root"]),
                people=str(body["people"]),
            )
        except _UNREADABLE as error:
            raise _no("an invitation", "`vault user add` makes one") from error


@dataclasses.dataclass(frozen=True, slots=True)
class JoinRequest:
    """What the new person's machine answers: fresh public keys."""

    vault: VaultId
    invitation: bytes
    user: IdentityId
    public: PublicKeys

    def serialise(self, identity: Identity) -> bytes:
        """Write the request and sign it with the new keys."""
        body = {
            "format": _REQUEST,
            "vault": self.vault.hex(),
            "invitation": self.invitation.hex(),
            "user": self.user.hex(),
            "public": _b64(self.public.serialise()),
        }
        return _signed(identity, labels.ENROLMENT, body)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Parse a request and check that its own keys signed it."""
        try:
            body, signature = _opened(raw, _REQUEST)
            public = parse_public_keys(_raw(body["public"]))
            _verify(public, labels.ENROLMENT, body, signature)
            return cls(
                vault=VaultId(_id(body["vault"])),
                invitation=_id(body["invitation"]),
                user=IdentityId(_id(body["user"])),
                public=public,
            )
        except _UNREADABLE as error:
            raise _no("a request", "`vault user enrol INVITATION` makes one") from error


def _signed(identity: Identity, label: bytes, body: dict[str, Any]) -> bytes:
    signature = sign_labelled(identity, label, canonical_json(body))
    return canonical_json({**body, "signature": _b64(signature)}) + b"\n"


def _opened(raw: bytes, form: str) -> tuple[dict[str, Any], bytes]:
    body = parse_canonical(raw.rstrip(b"\n"), MAX_BYTES)
    signature = _raw(body.pop("signature"))
    if body["format"] != form:
        raise ValueError(form)
    return body, signature


def _verify(
    public: PublicKeys, label: bytes, body: dict[str, Any], signature: bytes
) -> None:
    verify_labelled(public.ed25519, label, canonical_json(body), signature)


def _id(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != len(IdentityId(bytes(16))):
        raise ValueError(text)
    return raw


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _no(what: str, hint: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"this file is not {what}, or it was changed on the way",
        hint=hint,
        code="joining.format",
    )


_UNREADABLE = (
    LedgerVaultError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    binascii.Error,
)
