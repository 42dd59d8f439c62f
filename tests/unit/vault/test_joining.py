"""Joining, granting, teams: what the keys say, not only what is printed."""

from datetime import timedelta

import pytest

from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
    PolicyRefusal,
)
from ledgervault.services.granting import GrantRequest, grant_access
from ledgervault.services.joining import admit_user, invite_user
from ledgervault.services.people import list_users, show_user
from ledgervault.services.teams import set_team
from ledgervault.vault.finding import get_client, visible_clients


def clients_of(firm, name):
    with firm.opened(name) as vault:
        return [client.code for row, client in visible_clients(vault)]


def test_a_joined_bookkeeper_sees_no_client_until_one_is_granted(firm):
    firm.client("C001")
    firm.client("C002")
    firm.join("lin")
    assert clients_of(firm, "lin") == ["-"]
    granted = firm.grant("lin", "C001")
    assert granted.keys == 8  # four levels, documents and what is said of them
    assert clients_of(firm, "lin") == ["-", "C001"]


def test_a_grant_reaches_up_to_its_level_and_no_higher(firm):
    firm.client("C001")
    firm.join("lin")
    firm.grant("lin", "C001", level="confidential")
    with firm.opened("lin") as vault:
        row, _client = get_client(vault, "C001")
        for level in ("public", "internal", "confidential"):
            compartment = vault.records.compartment(row.id, level)
            assert vault.keychain.doc_kek(compartment.id, 1)
            assert vault.keychain.meta_kek(compartment.id, 1)
        top = vault.records.compartment(row.id, "sensitive")
        for key in (vault.keychain.doc_kek, vault.keychain.meta_kek):
            with pytest.raises(NotAuthorised):
                key(top.id, 1)


def test_what_is_only_known_is_never_read(firm):
    firm.client("C001")
    firm.join("shen", "auditor")
    firm.grant("shen", "C001")
    with firm.opened("shen") as vault:
        row, _client = get_client(vault, "C001")
        compartment = vault.records.compartment(row.id, "internal")
        assert vault.keychain.meta_kek(compartment.id, 1)
        with pytest.raises(NotAuthorised):
            vault.keychain.doc_kek(compartment.id, 1)


def test_a_service_holds_the_ring_key_and_no_other(firm):
    firm.client("C001")
    firm.join("cron", "service")
    with firm.opened("cron") as vault:
        mine = vault.catalogue.grants_of(vault.me.id)
        assert len(mine) == 1
        assert visible_clients(vault) == []
        assert vault.ring.page(vault.agency)


def test_an_owner_holds_every_key_and_those_of_clients_to_come(firm):
    firm.client("C001")
    firm.join("wang", "owner")
    firm.client("C002")
    assert clients_of(firm, "wang") == ["-", "C001", "C002"]


def test_a_partner_who_takes_a_client_on_serves_him(firm):
    firm.join("he", "partner")
    firm.client("C009", by="he")
    assert clients_of(firm, "he") == ["-", "C009"]
    assert clients_of(firm, "owner") == ["-", "C009"]


def test_a_standing_grant_reaches_clients_to_come(firm):
    firm.client("C001")
    firm.join("he", "partner")
    firm.grant("he", "all")
    firm.client("C002")
    assert clients_of(firm, "he") == ["-", "C001", "C002"]


def test_a_team_shares_its_grants_with_whoever_joins(firm):
    firm.client("C001")
    firm.join("lin")
    firm.join("wei")
    with firm.opened() as vault:
        set_team(vault, "一组", ["lin"])
    firm.grant("@一组", "C001")
    assert clients_of(firm, "lin") == ["-", "C001"]
    assert clients_of(firm, "wei") == ["-"]
    with firm.opened() as vault:
        assert set_team(vault, "一组", ["wei"]).keys == 8
    assert clients_of(firm, "wei") == ["-", "C001"]


def test_nobody_grants_a_key_he_does_not_hold(firm):
    firm.client("C001")
    firm.join("he", "partner")
    firm.join("lin")
    with firm.opened("he") as vault, pytest.raises(NotFound):
        grant_access(vault, GrantRequest("lin", "C001"))
    firm.grant("he", "C001", level="internal")
    with firm.opened("he") as vault, pytest.raises(NotAuthorised) as caught:
        grant_access(vault, GrantRequest("lin", "C001", level="sensitive"))
    assert caught.value.code == "grant.not-held"
    assert clients_of(firm, "lin") == ["-"]


def test_only_an_owner_grants_every_client(firm):
    firm.client("C001")
    firm.join("he", "partner")
    firm.join("lin")
    firm.grant("he", "all", level="confidential")
    with firm.opened("he") as vault:
        with pytest.raises(NotAuthorised) as caught:
            grant_access(vault, GrantRequest("lin", "all", level="confidential"))
        assert caught.value.code == "grant.every-client"
    assert clients_of(firm, "lin") == ["-"]


def test_a_grant_that_says_nothing_new_is_refused(firm):
    firm.client("C001")
    firm.join("lin")
    firm.grant("lin", "C001", level="confidential")
    for level in ("confidential", "internal"):
        with firm.opened() as vault, pytest.raises(Conflict):
            grant_access(vault, GrantRequest("lin", "C001", level=level))


def test_a_grant_is_closed_after_its_last_day(firm):
    firm.client("C001")
    firm.join("lin")
    with firm.opened() as vault:
        today = vault.now().date()
    firm.grant("lin", "C001", until=today)
    assert clients_of(firm, "lin") == ["-", "C001"]
    with firm.opened("lin") as vault:
        from ledgervault.vault.lapsing import lapsed_compartments

        closed = lapsed_compartments(
            vault.people,
            vault.me,
            vault.catalogue,
            vault.agency,
            today + timedelta(days=1),
        )
        assert len(closed) == 4
        vault.keychain.closed = closed
        assert [client.code for _row, client in visible_clients(vault)] == ["-"]


def test_a_request_counts_once_for_its_vault_and_with_the_right_words(firm, tmp_path):
    request = firm.request("lin", "bookkeeper")
    with firm.opened() as vault:
        with pytest.raises(NotAuthorised):
            admit_user(vault, request, fingerprint="abandon " * 12)
        admit_user(vault, request, fingerprint=request.public.fingerprint().lower())
        with pytest.raises(Conflict):
            admit_user(vault, request, fingerprint=request.public.fingerprint())
    other = type(firm)(tmp_path / "other")
    other.root.mkdir()
    other.found()
    with other.opened() as vault, pytest.raises(IntegrityViolated):
        admit_user(vault, request, fingerprint=request.public.fingerprint())


def test_only_an_owner_makes_an_owner(firm):
    firm.join("he", "partner")
    with firm.opened("he") as vault, pytest.raises(NotAuthorised):
        invite_user(vault, "x", frozenset({"owner"}), expires_on=None)


def test_roles_that_policy_keeps_apart_are_not_one_person(firm):
    roles = frozenset({"cashier", "archivist"})
    with firm.opened() as vault, pytest.raises(PolicyRefusal) as caught:
        invite_user(vault, "lin", roles, expires_on=None)
    assert caught.value.code == "policy.separation"


def test_colleagues_are_known_by_name_and_shown_with_their_grants(firm):
    firm.client("C001")
    firm.join("lin")
    firm.grant("lin", "C001", level="confidential")
    with firm.opened() as vault:
        assert {one.name for one in list_users(vault)} == {"lin", "owner"}
        details = show_user(vault, "lin")
    assert [(one.client, one.level) for one in details.grants] == [
        ("C001", "confidential")
    ]
    assert len(details.words["en"].split()) == 12


def test_two_people_are_not_called_the_same(firm):
    firm.join("lin")
    with firm.opened() as vault, pytest.raises(Conflict):
        invite_user(vault, "lin", frozenset({"bookkeeper"}), expires_on=None)
