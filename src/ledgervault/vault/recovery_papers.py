"""What people hand each other to recover: a request, and contributions to it.

Layout: docs/design/formats.md, "Request and contribution".
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.identity import Identity, PublicKeys, parse_public_keys
from ledgervault.crypto.recovery_shares import SharedKind
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.errors import IntegrityViolated, LedgerVaultError
from ledgervault.ledger.canonical import canonical_json, parse_canonical

REQUEST = "ledgervault-recovery-request/1"
CONTRIBUTION = "ledgervault-recovery-contribution/1"
MAX_PAPER_BYTES = 2 << 20
_REQUEST_KEYS = {"format", "vault", "identity", "public", "kind", "signature"}
_CONTRIBUTION_KEYS = {
    "format",
    "vault",
    "set",
    "kind",
    "request",
    "member",
    "shares",
    "signature",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for shares to be sealed to these keys."""

    vault: bytes
    identity_id: bytes
    public: PublicKeys
    kind: SharedKind


@dataclasses.dataclass(frozen=True, slots=True)
class Contribution:
    """One person's shares, each beside the record it was arranged as."""

    vault: bytes
    set_id: bytes
    kind: SharedKind
    request: bytes
    member: bytes
    shares: Mapping[bytes, bytes]


def sign_request(identity: Identity, vault: bytes, kind: SharedKind) -> bytes:
    """Write a request by an identity."""
    body = {
        "format": REQUEST,
        "vault": vault.hex(),
        "identity": identity.identity_id.hex(),
        "public": identity.public.serialise().hex(),
        "kind": int(kind),
    }
    return _signed(body, identity, labels.RECOVERY_REQUEST)


def parse_request(raw: bytes) -> Request:
    """Parse a request and check that its identity holds the keys it names."""
    body = _parsed(raw, REQUEST, _REQUEST_KEYS)
    try:
        public = parse_public_keys(_bytes(body["public"]))
        found = Request(
            _bytes(body["vault"]),
            _bytes(body["identity"]),
            public,
            SharedKind(body["kind"]),
        )
    except (ValueError, TypeError):
        raise _no_paper() from None
    _verify(body, public, labels.RECOVERY_REQUEST)
    return found


def sign_contribution(contribution: Contribution, identity: Identity) -> bytes:
    """Write a contribution in its member's name."""
    body = {
        "format": CONTRIBUTION,
        "vault": contribution.vault.hex(),
        "set": contribution.set_id.hex(),
        "kind": int(contribution.kind),
        "request": contribution.request.hex(),
        "member": contribution.member.hex(),
        "shares": [
            {"record": record.hex(), "sealed": sealed.hex()}
            for record, sealed in contribution.shares.items()
        ],
    }
    return _signed(body, identity, labels.CONTRIBUTION)


def parse_contribution(raw: bytes) -> Contribution:
    """Parse a contribution; who made it is checked by `verify_contribution`."""
    body = _parsed(raw, CONTRIBUTION, _CONTRIBUTION_KEYS)
    try:
        return Contribution(
            vault=_bytes(body["vault"]),
            set_id=_bytes(body["set"]),
            kind=SharedKind(body["kind"]),
            request=_bytes(body["request"]),
            member=_bytes(body["member"]),
            shares={
                _bytes(one["record"]): _bytes(one["sealed"]) for one in body["shares"]
            },
        )
    except (ValueError, TypeError, KeyError):
        raise _no_paper() from None


def verify_contribution(raw: bytes, public: PublicKeys) -> None:
    """Check that the member signed the contribution."""
    body = _parsed(raw, CONTRIBUTION, _CONTRIBUTION_KEYS)
    _verify(body, public, labels.CONTRIBUTION)


def _signed(body: dict[str, Any], identity: Identity, label: bytes) -> bytes:
    signature = sign_labelled(identity, label, canonical_json(body))
    return canonical_json({**body, "signature": signature.hex()})


def _parsed(raw: bytes, wanted: str, keys: set[str]) -> dict[str, Any]:
    try:
        body = parse_canonical(raw.strip(), MAX_PAPER_BYTES)
    except LedgerVaultError:
        raise _no_paper() from None
    is_paper = isinstance(body, dict) and set(body) == keys
    if not is_paper or body["format"] != wanted:
        raise _no_paper()
    return dict(body)


def _verify(body: Mapping[str, Any], public: PublicKeys, label: bytes) -> None:
    unsigned = {name: value for name, value in body.items() if name != "signature"}
    try:
        signature = _bytes(body["signature"])
    except (ValueError, TypeError):
        raise _no_paper() from None
    verify_labelled(public.ed25519, label, canonical_json(unsigned), signature)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)


def _no_paper() -> IntegrityViolated:
    return IntegrityViolated(
        "this is no recovery request or contribution, or it was changed",
        hint="have the file sent again",
        code="recovery.paper",
    )
