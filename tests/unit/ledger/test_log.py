import dataclasses

import pytest

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.errors import IntegrityViolated, LedgerVaultError, UsageInvalid
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ledger.checkpoints import (
    Checkpoint,
    add_cosignature,
    key_name,
    origin_of,
    parse_checkpoint,
    serialise_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from ledgervault.ledger.entries import (
    Event,
    parse_event,
    parse_verified,
    serialise_event,
)
from ledgervault.ledger.export import read_export, write_export
from ledgervault.ledger.notes import parse_note, verify_cosignature
from ledgervault.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_inclusion,
)
from ledgervault.ledger.replay import replay
from ledgervault.ledger.tiles import bundle_path, iter_bundles, iter_tiles, tile_path
from ledgervault.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from ledgervault.ledger.verification import verify_log

VAULT, WHO = b"v" * 16, b"w" * 16
ORIGIN, NAME = origin_of(VAULT), key_name(VAULT, WHO)
SIGNER, OTHER = (Identity(WHO, IdentitySeed(bytes([n]) * 32)) for n in (1, 2))
KEYS = {NAME: SIGNER.public.ed25519}


def event(sequence, act="document.read"):
    return Event(
        sequence, 1_700_000_000_000 + sequence, WHO, act, ("d1",), facts={"n": sequence}
    )


def entries(count):
    return [
        serialise_event(event(n, "hold.placed" if n % 5 == 0 else "document.read"))
        for n in range(count)
    ]


def note(log, size, signer=SIGNER):
    frontier = Frontier()
    for entry in log[:size]:
        frontier.append(leaf_hash(entry))
    return sign_checkpoint(
        Checkpoint(ORIGIN, size, frontier.root()),
        name=NAME,
        public=signer.public.ed25519,
        sign=signer.sign,
    )


def verified(log, notes):
    return verify_log(log, notes, origin=ORIGIN, keys=KEYS)


def test_whole_log_verifies():
    log = entries(40)
    found = verified(log, [note(log, 7), note(log, 40)])
    assert (found.ok, found.size, found.checkpoints, found.first_bad) == (
        True,
        40,
        2,
        None,
    )
    assert verified([], []).root == EMPTY_ROOT


def tampered(log):
    other = serialise_event(event(12, "document.shown"))
    return {
        "edited": ([*log[:12], other, *log[13:]], 10),
        "inserted": ([*log[:12], other, *log[12:]], 13),
        "deleted": ([*log[:12], *log[13:]], 12),
        "reordered": ([*log[:12], log[13], log[12], *log[14:]], 12),
        "truncated": (log[:30], 30),
        "unsigned tail": ([*log, serialise_event(event(40))], 40),
        "not json": ([*log[:12], b"\xff", *log[13:]], 12),
    }


@pytest.mark.parametrize("how", sorted(tampered(entries(40))))
def test_tampering_is_found_at_the_first_bad_entry(how):
    log = entries(40)
    notes = [note(log, size) for size in (10, 20, 40)]
    changed, first_bad = tampered(log)[how]
    found = verified(changed, notes)
    assert (found.ok, found.first_bad) == (False, first_bad)


def test_checkpoints_out_of_order_foreign_or_unsigned_are_refused():
    log = entries(10)
    assert not verified(log, [note(log, 10), note(log, 5)]).ok
    assert not verified(log, [note(log, 10, OTHER)]).ok
    assert not verify_log(log, [note(log, 10)], origin="other", keys=KEYS).ok
    assert not verify_log(log, [note(log, 10)], origin=ORIGIN, keys={}).ok
    assert not verified(log, []).ok


def test_bad_signature_of_a_known_key_spoils_a_note():
    log = entries(3)
    good = note(log, 3)
    head, _dash, blob = good.rpartition(" ")
    raw = bytearray(blob.encode())
    raw[20] = ord("A") if raw[20] != ord("A") else ord("B")
    with pytest.raises(IntegrityViolated):
        verify_checkpoint(f"{head} {raw.decode()}", origin=ORIGIN, keys=KEYS)


def test_cosignature_says_when_and_by_whom():
    good = note(entries(3), 3)
    name = key_name(VAULT, b"o" * 16)
    both = add_cosignature(
        good,
        name=name,
        public=OTHER.public.ed25519,
        time_s=1_700_000_000,
        sign=OTHER.sign,
    )
    assert verify_checkpoint(both, origin=ORIGIN, keys=KEYS).size == 3
    parsed = parse_note(both)
    assert verify_cosignature(parsed, name, OTHER.public.ed25519) == 1_700_000_000
    assert verify_cosignature(parsed, "nobody", OTHER.public.ed25519) is None
    one = parsed.signatures[1]
    for blob in (one.blob[:-1], bytes(8) + one.blob[8:]):
        bad = dataclasses.replace(
            parsed, signatures=(dataclasses.replace(one, blob=blob),)
        )
        with pytest.raises(IntegrityViolated):
            verify_cosignature(bad, name, OTHER.public.ed25519)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n\n",
        "a\n\nno dash\n",
        "a\n\n— name !!!\n",
        "a\n\n— name AAAA\n",
        "a\n\n— n+x AAAAAAAA\n",
        "a\n\n— AAAAAAAA\n",
    ],
)
def test_odd_notes_are_refused(text):
    with pytest.raises(IntegrityViolated):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n01\nAAAA\n",
        "o\n1\nAAAA\n",
        "o\nx\nAAAA\n",
        "o\n1\n!\n",
        "o\n1\nAAAA\nextra\n",
    ],
)
def test_odd_checkpoints_are_refused(text):
    with pytest.raises(IntegrityViolated):
        parse_checkpoint(text)


def test_checkpoint_text_comes_back():
    checkpoint = Checkpoint(ORIGIN, 5, b"r" * 32)
    assert parse_checkpoint(serialise_checkpoint(checkpoint)) == checkpoint


def test_event_comes_back_exactly():
    full = Event(
        3,
        4,
        WHO,
        "a.b",
        ("x",),
        "p" * 64,
        "c" * 64,
        {"k": [1, None, True, "发票"]},
        b"\0sealed",
    )
    raw = serialise_event(full)
    assert parse_event(raw) == parse_verified(raw) == full


@pytest.mark.parametrize(
    "change",
    [
        ("v", 2),
        ("seq", -1),
        ("seq", True),
        ("time", "x"),
        ("actor", "zz"),
        ("act", 1),
        ("objects", "x"),
        ("objects", [1]),
        ("facts", []),
        ("enc", "!"),
        ("extra", 1),
    ],
)
def test_odd_events_are_refused(change):
    import json

    value = json.loads(serialise_event(event(1)))
    value[change[0]] = change[1]
    for parse in (parse_event, parse_verified):
        with pytest.raises(IntegrityViolated):
            parse(canonical_json(value))


def test_verified_parse_refuses_what_is_no_json():
    for raw in (b"", b"[", b"[" * 100_000):
        with pytest.raises(IntegrityViolated):
            parse_verified(raw)


def test_canonical_form_refuses_what_it_does_not_have():
    for value in (1.5, 2**53, {1: 2}, b"x", object()):
        with pytest.raises(ValueError):  # noqa: PT011 - each for its own reason
            canonical_json(value)
    deep = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        canonical_json(deep)
    for raw in (
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b'"\\u0041"',
        b"[" * 100_000,
    ):
        with pytest.raises(IntegrityViolated):
            parse_canonical(raw)
    with pytest.raises(IntegrityViolated):
        parse_canonical(b'"' + b"x" * 100 + b'"', limit=50)
    assert (
        canonical_json({"\U00010000": 1, "\uffff": 2})
        == '{"\U00010000":1,"\uffff":2}'.encode()
    )


def test_replay_reads_only_the_acts_it_is_asked_for():
    log = entries(20)
    for are_verified in (False, True):
        found = list(replay(log, {"hold.placed"}, are_verified=are_verified))
        assert [one.sequence for one in found] == [0, 5, 10, 15]
    assert len(list(replay(log, frozenset()))) == 20


def test_replay_believes_the_parsed_act_and_not_the_first_bytes():
    odd = [b" " + entry for entry in entries(6)]
    found = replay(odd, {"hold.placed"}, are_verified=True)
    assert [one.sequence for one in found] == [0, 5]


def test_first_checkpoint_that_differs_ends_the_verification():
    log = entries(40)
    other = [serialise_event(event(n, "document.shown")) for n in range(40)]
    found = verified(log, [note(other, 10), note(log, 40)])
    assert (found.ok, found.size, found.first_bad) == (False, 10, 0)
    assert found.problem == "entries differ from what was signed"
    at_the_end = verified(log, [note(log, 10), note(other, 40)])
    assert (at_the_end.ok, at_the_end.first_bad) == (False, 10)


def test_export_verifies_and_odd_files_are_refused():
    log = entries(300)
    lines = list(
        write_export(
            vault=VAULT,
            users=[(WHO, SIGNER.public.ed25519)],
            entries=log,
            checkpoints=[note(log, 300)],
        )
    )
    assert read_export(lines).verify().ok
    bad = [
        [],
        [b"{}\n"],
        [b"[]\n"],
        [lines[0].replace(b"log/1", b"log/2")],
        lines[:-2],
        [lines[0], b"x" * 70_000 + b"\n", b"--\n"],
        [*lines[:-1], b"1\n"],
        [*lines[:-1], b"{\n"],
    ]
    for one in bad:
        with pytest.raises(LedgerVaultError):
            read_export(one)


def test_tiles_are_the_tree():
    frontier, nodes = Frontier(), {}
    log = entries(300)
    for entry in log:
        for level, index, value in frontier.append(leaf_hash(entry)):
            nodes[level, index] = value
    tiles = dict(iter_tiles(300, lambda level, index: nodes[level, index]))
    assert sorted(tiles) == ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"]
    assert tiles["tile/1/000.p/1"] == nodes[8, 0]
    bundles = dict(iter_bundles(log))
    assert sorted(bundles) == ["tile/entries/000", "tile/entries/001.p/44"]
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert bundle_path(5) == "tile/entries/005"
    assert dict(iter_bundles(log[:256])).keys() == {"tile/entries/000"}


def test_proofs_of_nothing_are_refused():
    node = {}.__getitem__
    for call in (
        lambda: inclusion_proof(0, 0, node),
        lambda: consistency_proof(0, 3, node),
    ):
        with pytest.raises(UsageInvalid):
            call()
    with pytest.raises(IntegrityViolated):
        verify_inclusion(b"x" * 32, index=0, size=1, proof=[b"x" * 32], root=b"x" * 32)
