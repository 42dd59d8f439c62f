"""Taking keys back: the person is out by mathematics, everybody else stays in."""

import pytest

from firms import Firm
from ledgervault.crypto.grants import GrantKind
from ledgervault.errors import Conflict, IntegrityViolated, NotAuthorised, NotFound
from ledgervault.services.granting import GrantRequest, grant_access
from ledgervault.services.people import show_user
from ledgervault.services.revoking import (
    leave_team,
    list_walls,
    lower_wall,
    raise_wall,
    revoke_access,
)
from ledgervault.services.teams import set_team
from ledgervault.vault.contents import document_key, latest_version
from ledgervault.vault.finding import get_client, get_document
from ledgervault.vault.rotation_job import unfinished_rotation

PAPERS = {"银行对账单_2025年01月.txt": b"statement", "收据_2025年02月.txt": b"receipt"}


@pytest.fixture
def staffed(firm: Firm):
    firm.client("C001")
    firm.ingest("C001", PAPERS)
    for name in ("lin", "wei"):
        firm.join(name)
        firm.grant(name, "C001")
    return firm


def papers_opened(firm, name):
    """Return how many papers' keys somebody can open, asked of the keys alone."""
    from ledgervault.ports.rows import DocumentFilter

    found = 0
    with firm.opened(name) as vault:
        for row in vault.catalogue.documents(DocumentFilter(), after=-1, limit=99):
            try:
                vault.records.open_document(row)
                document_key(vault, row, latest_version(vault, row))
            except NotAuthorised:
                continue
            found += 1
    return found


def test_a_revoked_grant_takes_every_key_and_leaves_the_others_theirs(staffed):
    assert papers_opened(staffed, "lin") == len(PAPERS)
    with staffed.opened("lin") as vault:
        row, _client = get_client(vault, "C001")
        vault.keychain.read_ahead()
        kept = dict(vault.keychain._grants)
    with staffed.opened() as vault:
        planned = revoke_access(vault, "lin", "C001", is_dry_run=True)
        done = revoke_access(vault, "lin", "C001")
    assert (planned.losing, planned.compartments) == (done.losing, done.compartments)
    assert (done.losing, done.compartments, done.documents) == (("lin",), 4, 2)
    assert papers_opened(staffed, "lin") == 0
    assert papers_opened(staffed, "wei") == len(PAPERS)
    with staffed.opened("lin") as vault:
        # The grants he copied open the old keys, and those open nothing any more.
        vault.keychain._grants = kept
        for level in ("internal", "confidential", "sensitive"):
            compartment = vault.records.compartment(row.id, level)
            assert (compartment.doc_epoch, compartment.meta_epoch) == (2, 2)
            assert vault.keychain.doc_kek(compartment.id, 1)
            assert not vault.keychain.holds(compartment.id, GrantKind.DOC, 2)
        with pytest.raises(NotAuthorised):
            vault.records.open_client(vault.catalogue.client(row.id))


def test_what_is_filed_after_a_revocation_lies_under_the_new_keys(staffed):
    with staffed.opened() as vault:
        revoke_access(vault, "lin", None)
        assert unfinished_rotation(vault.catalogue) is None
    staffed.run("ingest", str(staffed.root / "pile"), "--client", "C001", "--quiet")
    assert papers_opened(staffed, "lin") == 0
    assert papers_opened(staffed, "wei") >= len(PAPERS)


def test_nothing_to_revoke_is_said_and_changes_no_key(staffed):
    staffed.client("C002")
    with staffed.opened() as vault:
        before = vault.people.seen
        with pytest.raises(NotFound):
            revoke_access(vault, "lin", "C002")
        assert vault.people.seen == before


def test_a_member_who_leaves_a_team_keeps_what_he_was_granted_himself(firm):
    firm.client("C001")
    firm.ingest("C001", PAPERS)
    firm.client("C002")
    for name in ("lin", "wei"):
        firm.join(name)
    with firm.opened() as vault:
        set_team(vault, "一组", ["lin", "wei"])
    firm.grant("@一组", "C001")
    firm.grant("@一组", "C002")
    firm.grant("lin", "C002")
    with firm.opened() as vault:
        done = leave_team(vault, "一组", ["lin"])
    assert (done.losing, done.compartments) == (("lin",), 4)
    assert papers_opened(firm, "lin") == 0
    assert papers_opened(firm, "wei") == len(PAPERS)
    with firm.opened("lin") as vault:
        assert get_client(vault, "C002")


def test_a_walled_client_does_not_exist_for_whom_the_wall_bars(staffed):
    with staffed.opened() as vault:
        code = vault.catalogue.find_documents("D-")[0].code
        done = raise_wall(vault, "lin", "C001")
        assert (done.losing, done.documents) == (("lin",), len(PAPERS))
        assert [(one.user, one.client) for one in list_walls(vault)] == [
            ("lin", "C001")
        ]
    assert papers_opened(staffed, "lin") == 0
    with staffed.opened("lin") as vault:
        messages = set()
        for name in ("C001", "C777"):
            with pytest.raises(NotFound) as caught:
                get_client(vault, name)
            messages.add(caught.value.message.replace(name, ""))
        for document in (code, "D-00000000"):
            with pytest.raises(NotFound) as caught:
                get_document(vault, document)
            messages.add(caught.value.message.replace(document, ""))
        assert len(messages) == 2  # one for clients, one for documents
    with staffed.opened() as vault:
        assert show_user(vault, "lin").walls == ("C001",)


def test_nothing_is_granted_across_a_wall_and_to_owners_none_is_raised(staffed):
    staffed.join("wang", "owner")
    with staffed.opened() as vault:
        raise_wall(vault, "lin", "C001")
        with pytest.raises(Conflict):
            raise_wall(vault, "lin", "C001")
        with pytest.raises(NotAuthorised) as caught:
            grant_access(vault, GrantRequest("lin", "C001"))
        assert caught.value.code == "wall.barred"
        with pytest.raises(NotAuthorised):
            raise_wall(vault, "wang", "C001")
        set_team(vault, "一组", ["lin", "wei"])
        grant_access(vault, GrantRequest("@一组", "C001", level="internal"))
        grant_access(vault, GrantRequest("lin", "all", level="confidential"))
    assert papers_opened(staffed, "lin") == 0
    with staffed.opened() as vault:
        lower_wall(vault, "lin", "C001")
    assert papers_opened(staffed, "lin") == 0  # taking it down grants nothing
    staffed.client("C003")
    assert papers_opened(staffed, "wei") == len(PAPERS)


def test_a_walled_partner_is_not_shown_the_wall_nor_lowers_it(firm):
    firm.client("C001")
    firm.ingest("C001", PAPERS)
    firm.join("he", "partner")
    firm.grant("he", "all")
    with firm.opened() as vault:
        raise_wall(vault, "he", "C001")
    with firm.opened("he") as vault:
        assert list_walls(vault) == []
        with pytest.raises(NotFound):
            lower_wall(vault, "he", "C001")
        assert show_user(vault, "he").walls == ()
    assert papers_opened(firm, "he") == 0


def test_no_count_tells_of_a_walled_client(firm):
    from ledgervault.services.doctoring import examine
    from ledgervault.services.verifying import verify_vault

    firm.client("C001")
    firm.ingest("C001", PAPERS)
    firm.join("he", "partner")
    firm.grant("he", "all", level="confidential")
    with firm.opened() as vault:
        raise_wall(vault, "he", "C001")
        whole = verify_vault(vault, reads_data=False, progress=lambda *_: None)
    assert whole.documents == len(PAPERS)
    with firm.opened("he") as vault:
        seen = verify_vault(vault, reads_data=False, progress=lambda *_: None)
        assert (seen.documents, seen.unopened, seen.bad) == (0, 0, [])
        found = {one.name: one.finding for one in examine(vault, place_notes=())}
    assert {found[name] for name in ("log", "ring", "packs", "texts", "keys")} == {
        "in order"
    }


def test_a_statement_that_goes_around_a_wall_is_refused_when_it_is_read(firm):
    from ledgervault.domain.roster import GIVEN
    from ledgervault.vault.stating import state_of_people

    firm.client("C001")
    firm.join("he", "partner")
    firm.join("lin")
    with firm.opened() as vault:
        raise_wall(vault, "lin", "C001")
    with firm.opened() as vault:
        row, _client = get_client(vault, "C001")
        lin = vault.people.roster.walls
        user = next(iter(lin))[0]
        facts = {
            "holder": user,
            "client": row.id.hex(),
            "level": "internal",
            "reads": True,
        }
        with pytest.raises(IntegrityViolated), vault.act() as act:
            state_of_people(vault, act, GIVEN, facts)
