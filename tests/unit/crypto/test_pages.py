import struct

import pytest

from ledgervault.crypto.derivation import derive_committed, extract
from ledgervault.crypto.ggm import FolderKeys, Node
from ledgervault.crypto.keys import Anchor, RingKey
from ledgervault.crypto.pages import open_page, parse_page_epoch, seal_page
from ledgervault.errors import IntegrityViolated

VAULT, CLIENT = b"v" * 16, b"c" * 16
ANCHOR, RING = Anchor(b"a" * 32), RingKey(b"r" * 32)
PLACE = {
    "anchor": ANCHOR,
    "ring_key": RING,
    "vault": VAULT,
    "client": CLIENT,
    "epoch": 4,
}
SEED = b"s" * 32


def folder(name, *nodes, state=1, depth=16, count=None):
    stated = len(nodes) if count is None else count
    written = (struct.pack(">BI32s", *node) for node in nodes)
    return struct.pack(">8sBBI", name, state, depth, stated) + b"".join(written)


def page(body, *, length=None, magic=b"LVRING\0\1", suite=1, zeros=b"\0\0"):
    stated = len(body) if length is None else length
    header = magic + struct.pack(">H", suite) + zeros + struct.pack(">I", 4)
    header += VAULT + CLIENT + struct.pack(">I", stated)
    salt = b"t" * 24
    info = b"ledgervault/ring/v1\0" + salt + header
    derived = derive_committed(extract(ANCHOR.raw, RING.raw), info)
    return header + salt + derived.seal(body, header)


def test_a_page_written_by_another_hand_is_read():
    body = folder(b"folder00") + folder(b"folder01", (0, 0, SEED), state=2)
    assert open_page(page(body), **PLACE) == (
        FolderKeys(b"folder00", 1, ()),
        FolderKeys(b"folder01", 2, (Node(0, 0, SEED),)),
    )
    assert open_page(page(b""), **PLACE) == ()


def test_the_order_in_which_folders_are_given_does_not_matter():
    folders = [FolderKeys.fresh(bytes([n]) * 8) for n in (3, 1, 2)]
    opened = open_page(seal_page(folders, **PLACE), **PLACE)
    assert [keys.folder[0] for keys in opened] == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        b"short",
        folder(b"folder00")[:-1],
        folder(b"folder00", depth=15),
        folder(b"folder00", depth=17),
        folder(b"folder00", count=1),
        folder(b"folder00", count=2**32 - 1),
        folder(b"folder00", (0, 0, SEED))[:-1],
        folder(b"folder00", (0, 0, SEED)) + b"\0",
        folder(b"folder00", state=0),
        folder(b"folder00", state=4),
        folder(b"folder00", (17, 0, SEED)),
        folder(b"folder00", (3, 8, SEED)),
        folder(b"folder00", (2, 3, SEED), (1, 0, SEED)),
        folder(b"folder00", (2, 3, SEED), (2, 0, SEED)),
        folder(b"folder00", (1, 1, SEED), (2, 3, SEED)),
        folder(b"folder00", (1, 1, SEED), (1, 1, SEED)),
        folder(b"folder01") + folder(b"folder00"),
        folder(b"folder00") + folder(b"folder00"),
    ],
)
def test_a_body_that_is_not_canonical_is_refused(body):
    with pytest.raises(IntegrityViolated):
        open_page(page(body), **PLACE)


@pytest.mark.parametrize(
    "record",
    [
        page(b"", magic=b"LVRING\0\2"),
        page(b"", zeros=b"\0\1"),
        page(b"", suite=3),
        page(b"", suite=0),
        page(b"")[:75],
        b"",
    ],
)
def test_a_header_of_another_form_is_refused(record):
    with pytest.raises(IntegrityViolated):
        parse_page_epoch(record)
    with pytest.raises(IntegrityViolated):
        open_page(record, **PLACE)


def test_a_stated_length_that_is_not_the_bodys_is_refused():
    with pytest.raises(IntegrityViolated):
        open_page(page(folder(b"folder00"), length=15), **PLACE)


def test_the_epoch_is_said_in_clear():
    assert parse_page_epoch(seal_page([], **PLACE)) == 4
