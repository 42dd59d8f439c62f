"""Every operation x every role x (own client, another's, behind a wall, too high, lapsed).

What is expected stands in tables written by hand from the firm's rules, and not in
the code under test. For every refusal that protects content there is a second run
with the refusing code removed: no plaintext comes out, for the keys are not there.
Where the person does hold the keys, the table says that the refusal is policy alone.
"""

import contextlib
import dataclasses
import io
import os
from datetime import timedelta

import pytest

from firms import Firm
from ledgervault.bootstrap.adapters import backup_target
from ledgervault.domain.papers import Manual
from ledgervault.domain.roster import WALL_RAISED
from ledgervault.domain.vocabulary import OPERATIONS, ROLES
from ledgervault.errors import (
    LedgerVaultError,
    NotAuthorised,
    NotFound,
    PolicyRefusal,
)
from ledgervault.services.archiving import archive_folders
from ledgervault.services.backing_up import run_backup
from ledgervault.services.disposals import answer_disposal, list_disposals
from ledgervault.services.doctoring import examine
from ledgervault.services.due import list_due
from ledgervault.services.editing.applying import edit_document
from ledgervault.services.editing.requests import EditRequest, Selection
from ledgervault.services.granting import GrantRequest, grant_access
from ledgervault.services.holding import HoldRequest, place_hold
from ledgervault.services.inbox import InboxRequest, list_inbox
from ledgervault.services.ingest.papers import IngestRequest
from ledgervault.services.ingest.taking_in import ingest
from ledgervault.services.joining import invite_user
from ledgervault.services.listing import (
    ListRequest,
    list_documents,
    search_documents,
)
from ledgervault.services.log import show_log
from ledgervault.services.policies import adopt_policy
from ledgervault.services.purging import purge_expired
from ledgervault.services.registers import add_entry, list_entries
from ledgervault.services.reporting import ReportRequest, make_report
from ledgervault.services.restating import Terms, edit_client
from ledgervault.services.retrieving import find_documents, retrieve_to_stream
from ledgervault.services.rotating import plan_rotation
from ledgervault.services.sharing import ShareRequest, share_documents
from ledgervault.services.showing import history_of, show_document
from ledgervault.services.verifying import verify_vault
from ledgervault.vault import authority, finding
from ledgervault.vault.authority import authorise
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.finding import get_client
from ledgervault.vault.names import find_user
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.writing import writing

SITUATIONS = ("own", "other", "walled", "high", "lapsed")
STAFF = ("owner", "partner", "bookkeeper", "cashier", "archivist", "auditor", "service")

# y: may; n: with a promise of secrecy; t: with that and training; c, s: like n and t,
# but no paper above confidential; a dot: no rule, so nobody may.
RULES = """
            owner partner bookkeeper cashier archivist auditor service
ingest      y     y       n          c       .         .       .
search      y     y       n          c       t         .       .
list        y     y       n          c       t         y       .
show        y     y       n          c       t         .       .
get         y     y       n          c       t         .       .
history     y     y       n          .       t         .       .
share       y     y       s          .       .         .       .
edit        y     y       n          .       .         .       .
archive     y     y       .          .       t         .       .
handover    y     y       .          .       t         .       .
hold        y     y       .          .       t         .       .
purge       y     y       .          .       t         .       y
appraise    y     y       n          .       t         .       .
approve     y     y       .          .       .         .       .
witness     y     y       n          .       t         .       .
disposal    y     y       .          .       t         y       .
report      y     y       n          .       t         y       .
log         y     y       .          .       t         y       y
audit       y     y       .          .       .         y       y
finding     y     y       .          .       .         y       .
register    y     y       n          .       t         .       .
due         y     y       n          .       t         y       y
inbox       y     y       n          .       .         .       .
policy      y     .       .          .       .         .       .
client      y     y       .          .       .         .       .
user        y     y       .          .       .         .       .
grant       y     y       .          .       .         .       .
backup      y     .       .          .       .         .       y
restore     y     .       .          .       .         .       .
verify      y     y       n          .       t         y       y
doctor      y     y       .          .       .         y       y
key         y     .       .          .       .         .       .
"""

# What an operation is given. opens: it opens the paper; names: it only says which;
# client: a client is named; all: every paper of a client is opened, for its dates follow
# from the change; house: none of it, so another client makes no difference.
GIVEN = {
    "opens": {"show", "get", "share", "edit"},
    "names": {"ingest", "history", "hold"},
    "client": {"search", "list", "archive", "report", "grant", "key"},
    "all": {"client"},
}

# Which keys of the paper in question a person holds: reads its content, knows what is
# said of it, or none. An owner holds every key. A lapsed promise withdraws no key: it is
# the firm's word alone that keeps the paper shut, until his grants are taken back.
KEYS = """
            own   other  walled  high  lapsed
owner       reads reads  reads   reads reads
partner     reads none   none    none  reads
bookkeeper  reads none   none    none  reads
cashier     reads none   none    none  reads
archivist   reads none   none    none  reads
auditor     knows none   none    none  knows
service     none  none   none    none  none
"""
NEEDS = {"show": "knows", "get": "reads", "share": "reads", "edit": "reads"}
ENOUGH = {"knows": {"knows", "reads"}, "reads": {"reads"}}

# Operations this version has no use case for: the gate itself is asked.
WITHOUT_USE_CASE = {"handover", "appraise", "witness", "audit", "finding", "restore"}
CLIENTS = {"own": "C001", "other": "C002", "walled": "C003", "high": "C004"}
NDA = {"version": "1", "signed_on": "2024-01-01"}
COURSE = {"course": "PIPL", "passed_on": "2024-01-01", "ends_on": "2099-01-01"}
MARK = b"plaintext that nobody else may see "
ALLOWED = 0


def table(text):
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}


RULE_OF, KEY_OF = table(RULES), table(KEYS)


def expected(operation, role, situation):
    """Return the exit code that the tables ask for."""
    rule = RULE_OF[operation][role]
    if rule == "." or (situation == "lapsed" and rule != "y"):
        return 4
    given = next((kind for kind, all_ in GIVEN.items() if operation in all_), "house")
    if given == "house" or role == "owner":
        return ALLOWED
    if situation in ("other", "walled"):
        return 5  # nothing there that he knows of
    if situation == "high" and given != "client" and rule in "cs":
        return 4
    is_opened = given in ("opens", "all")
    return 8 if situation == "high" and is_opened else ALLOWED


@dataclasses.dataclass
class Case:
    """One person before one paper."""

    vault: object
    settings: object
    client: str
    paper: str
    level: str
    content: bytes
    out: str

    def row(self):
        return self.vault.catalogue.find_documents(self.paper)[0]


def quiet(*_counts):
    """Show no progress."""


def take_in(case):
    path = os.path.join(case.out, "银行对账单_2026年03月.txt")
    with open(path, "wb") as file:
        file.write(b"another")
    request = IngestRequest(
        (os.fsencode(path),),
        client=case.client,
        manual=Manual(level=case.level),
        is_dry_run=True,
    )
    report = ingest(case.vault, request, workers=1, progress=quiet)
    if report.failed:
        assert report.failed[0].code == "policy.access"
        raise PolicyRefusal(report.failed[0].message)


def get(case):
    rows, _missing = find_documents(
        case.vault, [case.paper], client=None, everything=False
    )
    sink = io.BytesIO()
    retrieve_to_stream(case.vault, rows[0], sink)
    assert sink.getvalue() == case.content


def share(case):
    day = (case.vault.now() + timedelta(days=3)).date()
    request = ShareRequest(
        documents=(case.paper,),
        recipient="Lin",
        keys=(),
        purpose="audit",
        expires_on=day,
        directory=case.out,
    )
    share_documents(case.vault, request)


def approve(case):
    # There is no disposal: who is told so has passed the gate.
    with pytest.raises(NotFound):
        answer_disposal(case.vault, "X-00000000", answer="approve")


def edit(case):
    selection, request = Selection((case.paper,)), EditRequest(title="t", reason="r")
    edit_document(case.vault, selection, request, is_dry_run=True)


def back_up(case):
    location = os.path.join(case.out, "backup")
    os.makedirs(location, exist_ok=True)
    run_backup(case.vault, backup_target(case.settings, location), location)


def invite(case):
    name = f"new of {os.path.basename(case.out)}"
    invite_user(case.vault, name, frozenset({"bookkeeper"}), expires_on=None)


ACTS = {
    "ingest": take_in,
    "search": lambda c: search_documents(c.vault, ListRequest(client=c.client), "x"),
    "list": lambda c: list_documents(c.vault, ListRequest(client=c.client)),
    "show": lambda c: show_document(c.vault, c.paper),
    "get": get,
    "history": lambda c: history_of(c.vault, c.paper),
    "share": share,
    "edit": edit,
    "archive": lambda c: archive_folders(
        c.vault, client=c.client, period="2025", is_dry_run=True
    ),
    "hold": lambda c: place_hold(c.vault, HoldRequest("r", documents=(c.paper,))),
    "purge": lambda c: purge_expired(c.vault, is_dry_run=True),
    "approve": approve,
    "disposal": lambda c: list_disposals(c.vault, state=None),
    "report": lambda c: make_report(c.vault, ReportRequest("inventory", c.client)),
    "log": lambda c: show_log(c.vault, after=-1, limit=3, act=None),
    "register": lambda c: list_entries(c.vault, "nda"),
    "due": lambda c: list_due(c.vault, within_days=30),
    "inbox": lambda c: list_inbox(c.vault, InboxRequest()),
    "policy": lambda c: adopt_policy(c.vault, c.vault.policy, is_dry_run=True),
    "client": lambda c: edit_client(
        c.vault, c.client, {"name": "another name"}, Terms(is_dry_run=True)
    ),
    "user": invite,
    "grant": lambda c: grant_access(
        c.vault, GrantRequest("guest", c.client, level="internal"), is_dry_run=True
    ),
    "backup": back_up,
    "verify": lambda c: verify_vault(c.vault, reads_data=False, progress=quiet),
    "doctor": lambda c: examine(c.vault, place_notes=()),
    "key": lambda c: plan_rotation(c.vault, [c.client], whole=False),
}


def paper_of(firm, client, level):
    """File one paper of a client at a level; return its code and its bytes."""
    content = MARK + f"{client} {level}".encode()
    path = firm.root / f"{client}-{level}" / "银行对账单_2026年01月.txt"
    path.parent.mkdir()
    path.write_bytes(content)
    with firm.opened() as vault:
        request = IngestRequest(
            (os.fsencode(path),), client=client, manual=Manual(level=level)
        )
        (done,) = ingest(vault, request, workers=1, progress=quiet).ingested
    assert (done.series, done.level) == ("cn.other.bank_statement", level)
    return done.id, content


def raise_wall(firm, name, client):
    with firm.opened() as vault, writing(vault, "wall"):
        facts = {
            "user": find_user(vault, name)[0].id.hex(),
            "client": get_client(vault, client)[0].id.hex(),
        }
        with vault.act() as act:
            state_of_people(vault, act, WALL_RAISED, facts)
        reload_people(vault)


def enter(firm, kind, who, given):
    with firm.opened() as vault:
        add_entry(vault, kind, {"person": who, **given})


def hire(firm, name, role, *, nda_ends):
    if role != "owner":
        firm.join(name, role)
        raise_wall(firm, name, "C003")
        firm.grant(name, "C001", level="confidential")
        firm.grant(name, "C004", level="confidential")
    enter(firm, "nda", name, {**NDA, "ends_on": nda_ends})
    enter(firm, "training", name, COURSE)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    firm = Firm(tmp_path_factory.mktemp("matrix")).found()
    for code in sorted(CLIENTS.values()):
        firm.client(code)
    for role in STAFF:
        hire(firm, role, role, nda_ends="2099-01-01")
        if role != "owner":
            hire(firm, f"{role}-late", role, nda_ends="2025-01-01")
    firm.join("guest")
    return firm


@pytest.fixture(scope="module")
def papers(firm):
    filed = {
        (client, "confidential"): paper_of(firm, client, "confidential")
        for client in ("C001", "C002", "C003")
    }
    filed["C004", "sensitive"] = paper_of(firm, "C004", "sensitive")
    return filed


@pytest.fixture
def case(firm, papers, tmp_path):
    """Return a way to stand a person before a paper."""

    def stand(role, situation):
        late = situation == "lapsed" and role != "owner"
        name = f"{role}-late" if late else role
        client = CLIENTS.get(situation, "C001")
        level = "sensitive" if situation == "high" else "confidential"
        code, content = papers[client, level]
        vault = stack.enter_context(firm.opened(name))
        settings = firm.settings(name)
        return Case(vault, settings, client, code, level, content, str(tmp_path))

    with contextlib.ExitStack() as stack:
        yield stand


def outcome(operation, case):
    """Return the exit code of an operation."""
    try:
        if operation in WITHOUT_USE_CASE:
            authorise(case.vault, operation)
        else:
            ACTS[operation](case)
    except LedgerVaultError as error:
        return error.exit_code
    return ALLOWED


def test_the_tables_speak_of_everything():
    assert set(RULE_OF) == set(OPERATIONS)
    assert set(ACTS) | WITHOUT_USE_CASE == set(OPERATIONS)
    assert set(ACTS) & WITHOUT_USE_CASE == set()
    assert {*STAFF, "client"} == set(ROLES)  # a client has no identity to act with
    assert set(KEY_OF) == set(STAFF)
    assert all(set(row) == set(SITUATIONS) for row in KEY_OF.values())


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("role", STAFF)
def test_operations_are_allowed_and_refused_as_the_tables_say(case, role, situation):
    stood = case(role, situation)
    found = {one: outcome(one, stood) for one in OPERATIONS}
    assert found == {one: expected(one, role, situation) for one in OPERATIONS}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("role", STAFF)
def test_without_the_refusing_code_only_keys_decide(
    case, monkeypatch, role, situation, tmp_path
):
    refused = [one for one in NEEDS if expected(one, role, situation) != ALLOWED]
    # What refuses by rule, and what says that a paper is not there.
    monkeypatch.setattr(authority, "find_refusal", lambda *_asked, **_more: None)
    monkeypatch.setattr(finding, "visible", lambda _vault, rows: list(rows))
    stood = case(role, situation)
    held = KEY_OF[role][situation]
    for one in refused:
        is_open = held in ENOUGH[NEEDS[one]]
        assert (one, outcome(one, stood)) == (one, ALLOWED if is_open else 8)
        if held != "reads":
            assert plaintext_in(tmp_path) == []


def plaintext_in(folder):
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and MARK in path.read_bytes()
    ]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("role", STAFF)
def test_keys_open_what_the_table_of_keys_says_and_nothing_else(case, role, situation):
    stood = case(role, situation)
    vault, row, held = stood.vault, stood.row(), KEY_OF[role][situation]
    version = latest_version(vault, row)
    if held == "none":
        with pytest.raises(NotAuthorised):
            vault.records.open_document(row)
    else:
        assert vault.records.open_document(row).level == stood.level
    if held == "reads":
        assert b"".join(open_content(vault, row, version)) == stood.content
    else:
        with pytest.raises(NotAuthorised):
            list(open_content(vault, row, version))


def test_recovery_is_permitted_to_bring_owners_back_and_nothing_else(firm):
    firm.join("kit", "recovery")
    with firm.opened("kit") as vault:
        permitted = {
            one
            for one in OPERATIONS
            if authority.find_refusal(vault, one, level="", series="", client=None)
            is None
        }
    assert permitted == {"user", "grant", "key"}
