"""Share: decide, log, encrypt for the recipient, register. Refusals are logged."""

import dataclasses
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO, cast

from ledgervault.crypto.passphrases import generate_passphrase
from ledgervault.domain.approvals import Demand, together
from ledgervault.domain.decisions import Decision
from ledgervault.domain.destinations import is_destination
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.sharing import ShareQuestion, share_demands
from ledgervault.errors import IntegrityViolated, PolicyRefusal, UsageInvalid
from ledgervault.ids import ShareId, random_id, short_code
from ledgervault.ports.papers import Recipient
from ledgervault.ports.rows import DocumentRow, ShareRow
from ledgervault.vault.approvals import UsableApproval, require_approval
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.file_like import Pieces, Sink
from ledgervault.vault.finding import client_codes, get_document
from ledgervault.vault.opened import Vault
from ledgervault.vault.overriding import policy_for
from ledgervault.vault.truth import verify_document_row

TABLE = "shares"
FORMAT = "age"
BUNDLE_BYTES = 256 << 20  # a bundle is made in memory: no plaintext touches a disk


@dataclasses.dataclass(frozen=True, slots=True)
class ShareRequest:
    """A disclosure asked for."""

    documents: tuple[str, ...]
    recipient: str  # a person or firm; a name for the register
    keys: tuple[str, ...]  # age or SSH public keys; empty: a generated passphrase
    purpose: str
    expires_on: date
    directory: str
    name: str | None = None
    destination: str = "domestic"  # where the recipient is, as the sharer states
    term: str = ""  # until when in the sharer's words: 7d is another day tomorrow


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """A disclosure made; the passphrase is shown once and kept nowhere."""

    code: str
    documents: tuple[str, ...]
    recipient: str
    path: str
    expires_on: date
    passphrase: str | None = dataclasses.field(repr=False, default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class ShareView:
    """A line of the share register."""

    row: ShareRow
    client: str | None
    facts: dict[str, Any]


def share_documents(vault: Vault, request: ShareRequest) -> Shared:
    """Encrypt documents of one client for a recipient and register the share."""
    authorise(vault, "share")
    if not request.purpose.strip():
        raise UsageInvalid("a share needs a purpose", hint="add --purpose TEXT")
    if not is_destination(request.destination):
        raise UsageInvalid(
            f"not a destination: {request.destination[:20]!r}",
            hint="domestic, abroad, or a country such as US",
        )
    keys = [vault.stores.envelopes.parse_recipient(key) for key in request.keys]
    papers = _papers(vault, request)
    demands = _decide(vault, request, papers)
    vault.stores.deliveries.verify_free(request.directory, request.name)
    approval = _approval(vault, request, papers, demands)
    share_id = ShareId(random_id())
    code = short_code("S", share_id)
    _register(vault, _row(vault, request, share_id, papers), papers, approval)
    passphrase = None if keys else generate_passphrase()
    path = _deliver(vault, request, code, papers, keys=keys, passphrase=passphrase)
    return Shared(
        code=code,
        documents=tuple(paper[0].code for paper in papers),
        recipient=request.recipient,
        path=path,
        expires_on=request.expires_on,
        passphrase=passphrase,
    )


def list_shares(vault: Vault) -> list[ShareView]:
    """Return the share register of clients the acting user may see."""
    authorise(vault, "share")
    codes = client_codes(vault)
    return [
        ShareView(row, codes.get(row.client_id), _facts(vault, row))
        for row in vault.catalogue.shares()
        if row.client_id in codes
    ]


Paper = tuple[DocumentRow, DocumentDetails]


def _papers(vault: Vault, request: ShareRequest) -> list[Paper]:
    rows = [get_document(vault, name) for name in dict.fromkeys(request.documents)]
    for row in rows:
        authorise_paper(vault, "share", row)
        verify_document_row(vault, row)
    if len({row.client_id for row in rows}) != 1:
        raise UsageInvalid(
            "one share discloses papers of one client",
            hint="make a share for each client",
        )
    return [(row, vault.records.open_document(row)) for row in rows]


def _register(
    vault: Vault,
    row: ShareRow,
    papers: Sequence[Paper],
    approval: UsableApproval | None,
) -> None:
    # Log before act: the register names a share before a byte of it can leave.
    with vault.act() as act:
        if approval is not None:
            approval.use(act)
        act.tx.add_share(row)
        objects = (row.id.hex(), *(paper[0].id.hex() for paper in papers))
        act.log("document.shared", objects=objects, facts={"count": len(papers)})


def _approval(
    vault: Vault,
    request: ShareRequest,
    papers: Sequence[Paper],
    demands: Sequence[Demand],
) -> UsableApproval | None:
    if not demands:
        return None
    parameters = {
        "documents": [
            {
                "id": row.code,
                "document": row.id.hex(),
                "version": latest_version(vault, row).version,
                "series": row.series,
                "level": details.level,
            }
            for row, details in papers
        ],
        "recipient": request.recipient,
        "keys": list(request.keys),
        "purpose": request.purpose,
        "destination": request.destination,
        "format": FORMAT,
        "expires": request.term or request.expires_on.isoformat(),
    }
    client = papers[0][0].client_id
    return require_approval(vault, "share", parameters, demands, client=client)


def _decide(
    vault: Vault, request: ShareRequest, papers: Sequence[Paper]
) -> tuple[Demand, ...]:
    demanded = []
    client = vault.records.open_client(vault.records.client_row(papers[0][0].client_id))
    policy = policy_for(client, vault.policy)
    for row, details in papers:
        authorise(vault, "share", level=details.level, series=row.series)
        asked = ShareQuestion(
            level=details.level,
            series=row.series,
            purpose=request.purpose,
            format=FORMAT,
            expires_on=request.expires_on,
            today=vault.now().date(),
            destination=request.destination,
            home=client.jurisdiction,
        )
        decision, demands = share_demands(asked, policy)
        if decision.result != "allow":
            raise _refusal(row, decision)
        demanded.append(demands)
    return together(demanded)


def _refusal(row: DocumentRow, decision: Decision) -> PolicyRefusal:
    citation = f" ({decision.citation})" if decision.citation else ""
    return PolicyRefusal(
        f"{row.code} may not be shared so: rule {decision.rule or 'none'}{citation}",
        hint=decision.facts.get("hint", "see `vault policy explain`"),
        code="policy.share",
        details={"decision": decision.as_json()},
    )


def _row(
    vault: Vault, request: ShareRequest, share_id: ShareId, papers: Sequence[Paper]
) -> ShareRow:
    client_id = papers[0][0].client_id
    facts = {
        "documents": [row.id.hex() for row, _details in papers],
        "codes": [row.code for row, _details in papers],
        "recipient": request.recipient,
        "keys": list(request.keys),
        "purpose": request.purpose,
        "destination": request.destination,
        "expires_on": request.expires_on.isoformat(),
        "shared_at": vault.now().isoformat(timespec="seconds"),
        "shared_by": vault.me.id.hex(),
        "format": FORMAT,
    }
    sealed = vault.records.seal_for_client(client_id, TABLE, share_id, facts, 1)
    code = short_code("S", share_id)
    return ShareRow(share_id, code, client_id, request.expires_on, sealed, 1)


def _facts(vault: Vault, row: ShareRow) -> dict[str, Any]:
    facts = vault.records.open_for_client(
        row.client_id, TABLE, row.id, row.sealed, row.row_version
    )
    if facts["expires_on"] != str(row.expires_on):
        raise IntegrityViolated(
            f"the day {row.code} ends was edited", code="catalogue.edited"
        )
    return facts


def _deliver(
    vault: Vault,
    request: ShareRequest,
    code: str,
    papers: Sequence[Paper],
    *,
    keys: Sequence[Recipient],
    passphrase: str | None,
) -> str:
    suffix = "" if len(papers) == 1 else ".zip"
    name = request.name or f"{code}{suffix}.age"
    delivery = vault.stores.deliveries.create(
        request.directory, name, may_number=request.name is None, is_durable=True
    )
    try:
        source = _source(vault, papers)
        sink = cast("BinaryIO", Sink(delivery))
        if passphrase is None:
            vault.stores.envelopes.to_recipients(source, sink, keys)
        else:
            vault.stores.envelopes.with_passphrase(source, sink, passphrase)
        return delivery.finish()
    except BaseException:
        delivery.abandon()
        raise


def _source(vault: Vault, papers: Sequence[Paper]) -> BinaryIO:
    pieces = [
        open_content(vault, row, latest_version(vault, row)) for row, _details in papers
    ]
    if len(papers) == 1:
        return io.BufferedReader(Pieces(pieces[0]))
    if sum(details.size for _row, details in papers) > BUNDLE_BYTES:
        raise UsageInvalid(
            "these papers are too large for one bundle",
            hint="share them in several, or one by one",
            code="share.too-large",
        )
    at = vault.now()
    bundle = io.BytesIO()
    names = (details.name for _row, details in papers)
    vault.stores.envelopes.bundle(
        bundle, ((name, at, piece) for name, piece in zip(names, pieces, strict=True))
    )
    bundle.seek(0)
    return bundle
