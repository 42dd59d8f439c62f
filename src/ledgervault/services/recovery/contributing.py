"""Contribute to a recovery: one's own shares, sealed anew to who asks for them."""

import dataclasses

from ledgervault.crypto.fingerprints import is_fingerprint_of
from ledgervault.crypto.recovery_shares import SharedKind, reseal_share
from ledgervault.errors import NotAuthorised
from ledgervault.vault.opened import Vault
from ledgervault.vault.recovery_papers import (
    Contribution,
    Request,
    parse_request,
    sign_contribution,
)
from ledgervault.vault.recovery_set import (
    CONTRIBUTED,
    OBJECT,
    Arrangement,
    read_arrangement,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Contributed:
    """What is handed to the person who recovers."""

    content: bytes = dataclasses.field(repr=False)
    fingerprint: str
    is_drill: bool
    needed: int


def contribute(vault: Vault, request: bytes, fingerprint: str) -> Contributed:
    """Seal one's own shares to a request whose fingerprint was read out."""
    asked = _meant_request(vault, request, fingerprint)
    arranged = read_arrangement(vault.catalogue, vault=vault.id, people=vault.people)
    contribution = Contribution(
        vault=vault.id,
        set_id=arranged.shares.set_id,
        kind=asked.kind,
        request=asked.public.digest(),
        member=vault.me.id,
        shares=_resealed(vault, asked, arranged),
    )
    _log(vault, asked, arranged.shares.set_id)
    return Contributed(
        content=sign_contribution(contribution, vault.identity),
        fingerprint=asked.public.fingerprint(),
        is_drill=asked.kind is SharedKind.CANARY,
        needed=arranged.shares.needed,
    )


def _meant_request(vault: Vault, request: bytes, fingerprint: str) -> Request:
    asked = parse_request(request)
    if asked.vault != vault.id:
        raise NotAuthorised(
            "this request is for another vault",
            hint="choose the vault with --vault",
            code="recovery.vault",
        )
    if not is_fingerprint_of(asked.public, fingerprint):
        raise NotAuthorised(
            "the request has another fingerprint than the one you gave",
            hint="have the person who recovers read it out, and compare every group",
            code="recovery.fingerprint",
        )
    return asked


def _resealed(
    vault: Vault, asked: Request, arranged: Arrangement
) -> dict[bytes, bytes]:
    records = arranged.shares.records_of(vault.me.id, asked.kind)
    if not records:
        raise NotAuthorised(
            "you hold no share of this recovery",
            hint="`vault key recovery status` names the people who do",
            code="recovery.member",
        )
    return {
        record: reseal_share(
            record,
            vault=vault.id,
            identity=vault.identity,
            maker_public=arranged.maker.public.ed25519,
            to=asked.public,
        )
        for record in records
    }


def _log(vault: Vault, asked: Request, set_id: bytes) -> None:
    # Before anything leaves: who watches the log learns of every contribution.
    facts = {
        "set": set_id.hex(),
        "kind": int(asked.kind),
        "request": asked.public.digest().hex(),
    }
    vault.note(CONTRIBUTED, objects=(OBJECT,), facts=facts)
