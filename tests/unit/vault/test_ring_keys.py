import pytest

from ledgervault.crypto.keys import RingKey
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.vault.epochs import change_epoch, complete_epoch
from ledgervault.vault.ring_pages import PageKeys


def unchanged(_act, _epoch):
    pass


def test_an_epoch_keeps_the_ring_key_unless_holders_are_named(firm):
    with firm.opened() as vault:
        before = vault.ring.ring_keys(1)
        change_epoch(vault, {}, unchanged)
        assert (vault.ring.head.epoch, vault.ring.ring_keys(2)) == (2, before)
        change_epoch(vault, {}, unchanged, holders=[vault.me])
        assert vault.ring.head.epoch == 3
        assert vault.ring.ring_keys(3) != before


def test_holders_of_the_new_ring_key_read_and_the_others_are_refused(firm):
    lin = firm.join("lin")
    firm.join("wei")
    with firm.opened() as vault:
        before = vault.ring.page(vault.agency)
        change_epoch(vault, {}, unchanged, holders=[vault.me, lin])
        assert vault.ring.page(vault.agency) == before
    with firm.opened("lin") as vault:
        assert vault.ring.page(vault.agency) == before
    with firm.opened("wei") as vault:
        with pytest.raises(NotAuthorised) as caught:
            vault.ring.page(vault.agency)
        assert caught.value.exit_code == 8


def test_the_old_ring_key_opens_no_page_of_the_new_epoch(firm):
    with firm.opened() as vault:
        old = vault.ring.ring_keys(1)
        change_epoch(vault, {}, unchanged, holders=[vault.me])
        sha256 = vault.ring.head.pages[vault.agency]
        record = vault.stores.ring.read_page(2, vault.agency, sha256)
        anchor = vault.stores.anchors.get(2)
        with pytest.raises(IntegrityViolated):
            PageKeys(vault.id, 2, anchor, old).open(vault.agency, record, sha256)


def test_a_process_that_sees_the_ring_move_on_takes_the_new_key(firm):
    with firm.opened() as early, firm.opened() as vault:
        change_epoch(vault, {}, unchanged, holders=[vault.me])
        assert early.ring.page(early.agency) == vault.ring.page(vault.agency)


def test_an_epoch_nobody_logged_leaves_the_old_ring_key_in_force(firm):
    with firm.opened() as vault:
        before = vault.ring.page(vault.agency)
        size = vault.checkpoint().size
        vault.ring.prepare({}, log_size=size, ring_key=RingKey.generate())
    with firm.opened() as vault:
        assert complete_epoch(vault) is None
        assert vault.ring.page(vault.agency) == before
        assert vault.stores.anchors.epochs() == [1]
