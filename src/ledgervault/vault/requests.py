"""Requests for approval: signed by the proposer, sealed for those concerned, logged.

The row is the proposer's signed word on one act; its parameters are sealed and
bound by a salted digest. Nothing in a row is believed that the log contradicts.
"""

import dataclasses
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from ledgervault.crypto import labels
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.approvals import (
    LIFETIME,
    OPEN,
    REJECTED,
    Answer,
    Demand,
    Request,
    Standing,
    parse_instant,
    stand,
)
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, IdentityId, RequestId, random_id, short_code
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ports.rows import RequestRow
from ledgervault.vault.answers import Asked, Given, clock_behind, verify_answers
from ledgervault.vault.approval_log import (
    ANSWERED,
    ENDINGS,
    REQUESTED,
    ApprovalLog,
)
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User
from ledgervault.vault.records import CLIENT_LEVEL
from ledgervault.vault.sealing_grants import entitled_to

TABLE = "requests"
SALT_BYTES = 32


@dataclasses.dataclass(frozen=True, slots=True)
class RequestView:
    """A request whose row, answers and log entries agree, opened."""

    row: RequestRow
    request: Request
    parameters: Mapping[str, Any]
    facts: Mapping[str, Any]  # everything that is sealed
    answers: tuple[Answer, ...]
    standing: Standing

    @property
    def code(self) -> str:
        """Return what people call it."""
        return self.row.code

    def is_for(self, act: str, client: ClientId, parameters: Mapping[str, Any]) -> bool:
        """Say whether it asks for exactly this act."""
        salt = bytes.fromhex(self.facts.get("salt", ""))
        wanted = digest_of(act, client, parameters, salt)
        return secrets.compare_digest(wanted, self.request.digest)


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """An act somebody is about to carry out, and whose agreement it takes."""

    act: str
    client: ClientId
    parameters: Mapping[str, Any]
    demands: tuple[Demand, ...]
    barred: tuple[str, ...] = ()  # hex ids of those whom it favours


def digest_of(
    act: str, client: ClientId, parameters: Mapping[str, Any], salt: bytes
) -> str:
    """Return the digest that binds a request to one act; the salt hides what it is."""
    whole = {
        "act": act,
        "client": client.hex(),
        "parameters": dict(parameters),
        "salt": salt.hex(),
    }
    return hashlib.sha256(canonical_json(whole)).hexdigest()


def file_request(vault: Vault, act: Act, wanted: Wanted) -> RequestRow:
    """Sign a request and write it into catalogue and log."""
    identifier, salt = RequestId(random_id()), secrets.token_bytes(SALT_BYTES)
    request = _request(vault, act, wanted, identifier, salt)
    body = canonical_json(request.as_json())
    row = RequestRow(
        id=identifier,
        code=short_code("A", identifier),
        client_id=wanted.client,
        act=wanted.act,
        state=OPEN,
        sequence=request.sequence,
        body=body,
        signature=sign_labelled(vault.identity, labels.REQUEST, body),
        sealed=b"",
        row_version=1,
    )
    facts = {"parameters": dict(wanted.parameters), "salt": salt.hex()}
    row = dataclasses.replace(row, sealed=_seal(vault, row, facts))
    act.tx.add_request(row)
    stated = {"request": request.as_json(), "signature": row.signature.hex()}
    act.log(REQUESTED, objects=(identifier.hex(),), facts=stated)
    return row


def close_request(
    vault: Vault, act: Act, view: RequestView, state: str, reason: str = ""
) -> RequestRow:
    """Close a request for good; the log says how.

    What rejects a request is the logged answer itself.
    """
    facts = {**view.facts, "reason": reason} if reason else dict(view.facts)
    fresh = dataclasses.replace(
        view.row, state=state, row_version=view.row.row_version + 1
    )
    fresh = dataclasses.replace(fresh, sealed=_seal(vault, fresh, facts))
    act.tx.update_request(fresh)
    if state in ENDINGS:
        stated = {"hash": hash_of(view.row), "digest": view.request.digest}
        act.log(ENDINGS[state], objects=(view.row.id.hex(),), facts=stated)
    return fresh


def open_request(vault: Vault, row: RequestRow, log: ApprovalLog) -> RequestView:
    """Verify a request, its answers and its state against the log, and open it.

    Raises IntegrityViolated for whatever was forged, edited or copied, and
    NotAuthorised `grant.missing` for a request about papers that are not yours.
    """
    facts = _open(vault, row)
    request = _verified(vault, row, log)
    verify_clock(vault, log)
    answers = verify_answers(
        vault,
        asked_of(row, request),
        [
            Given(one.user_id, one.answer, one.at, one.signature)
            for one in vault.catalogue.answers(row.id)
        ],
        log.of(request.id, ANSWERED),
    )
    ended = log.ending(request.id)
    standing = stand(request, answers, ended=ended, now=vault.now())
    is_closed = bool(ended) or standing.state == REJECTED
    parameters = facts.get("parameters", {})
    view = RequestView(row, request, parameters, facts, tuple(answers), standing)
    is_whole = view.is_for(request.act, row.client_id, parameters)
    if row.state != (standing.state if is_closed else OPEN) or not is_whole:
        raise _edited(row)
    return view


def readers_of(vault: Vault, client: ClientId) -> list[User]:
    """Return who may know of a client, as signed statements say, not grants in rows."""
    return [
        user
        for user in vault.people.active()
        if entitled_to(vault, user, client).covers(CLIENT_LEVEL, is_content=False)
    ]


def approvers_of(vault: Vault, view: RequestView) -> list[IdentityId]:
    """Return who may still answer: in a missing role, another, able to read it."""
    answered = {one.user for one in view.answers}
    roles = {role for one in view.standing.missing for role in one.roles}
    return [
        user.id
        for user in readers_of(vault, view.row.client_id)
        if roles & user.roles and user.id.hex() not in answered | view.request.excluded
    ]


def asked_of(row: RequestRow, request: Request) -> Asked:
    """Return what people sign who answer a request."""
    bound = {"request": hash_of(row)}
    return Asked(row.code, labels.ANSWER, bound, request.proposed_at)


def hash_of(row: RequestRow) -> str:
    """Return the hash of a request's signed text."""
    return hashlib.sha256(row.body).hexdigest()


def verify_clock(vault: Vault, log: ApprovalLog) -> None:
    """Refuse a clock that runs behind the log: an expired request would live again."""
    if log.last_time_ms > int(vault.now().timestamp() * 1000):
        raise clock_behind()


def _request(
    vault: Vault, act: Act, wanted: Wanted, identifier: RequestId, salt: bytes
) -> Request:
    # Whole seconds, as they are signed.
    now = parse_instant(vault.now().isoformat(timespec="seconds"))
    return Request(
        vault=vault.id.hex(),
        id=identifier.hex(),
        act=wanted.act,
        client=wanted.client.hex(),
        digest=digest_of(wanted.act, wanted.client, wanted.parameters, salt),
        demands=wanted.demands,
        proposer=vault.me.id.hex(),
        proposed_at=now,
        expires_at=now + LIFETIME,
        sequence=act.next_sequence,
        barred=wanted.barred,
    )


def _verified(vault: Vault, row: RequestRow, log: ApprovalLog) -> Request:
    request = Request.from_json(parse_canonical(row.body))
    proposer = vault.people.user(_identity(request))
    verify_labelled(proposer.public.ed25519, labels.REQUEST, row.body, row.signature)
    clear = (row.id.hex(), row.act, row.client_id.hex(), row.sequence)
    signed = (request.id, request.act, request.client, request.sequence)
    is_named = row.code == short_code("A", row.id)
    if clear != signed or not is_named or request.vault != vault.id.hex():
        raise _edited(row)
    logged = [
        event
        for event in log.of(request.id, REQUESTED)
        if event.sequence == request.sequence
    ]
    if not logged or logged[0].facts.get("request") != request.as_json():
        raise _edited(row)
    return request


def _identity(request: Request) -> IdentityId:
    try:
        return IdentityId(bytes.fromhex(request.proposer))
    except (TypeError, ValueError):
        return IdentityId(b"")


def _open(vault: Vault, row: RequestRow) -> dict[str, Any]:
    return vault.records.open_for_client(
        row.client_id, TABLE, row.id, row.sealed, row.row_version
    )


def _seal(vault: Vault, row: RequestRow, facts: Mapping[str, Any]) -> bytes:
    return vault.records.seal_for_client(
        row.client_id, TABLE, row.id, facts, row.row_version
    )


def _edited(row: RequestRow) -> IntegrityViolated:
    return IntegrityViolated(
        f"the request {row.code} is not the one that was logged",
        hint="run `vault log verify` and compare with a backup",
        code="approval.forged",
    )
