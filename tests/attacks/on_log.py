"""The log and what it decides: entries, tree, checkpoints, index, policy."""

import shutil

from attacks.commands import LIST, LOG, POLICY, PURGE, VERIFY, get, show
from attacks.registry import Family
from ledgervault.ledger.checkpoints import (
    key_name,
    parse_checkpoint,
    sign_checkpoint,
)
from ledgervault.ledger.notes import parse_note
from ledgervault.ledger.tree import Frontier, leaf_hash

attack = Family("Log: entries, tree, checkpoints, index, policy")

SIGNED = "the last checkpoint signs size and root of the whole"
PROVEN = "an entry is proven under the signed root before it is believed"
PINNED = "the user's pin remembers what he has seen"
KNOWN = "a checkpoint counts only with the signature of an admitted user"
COUNTED = "the last signed event states how many events there are of the matter"


def size(s):
    return s.one("select max(sequence)+1 from events")


def sequence(s, act, paper=None):
    if paper is None:
        return s.one("select max(sequence) from events where act=?", act)
    return s.one(
        "select max(sequence) from events join event_objects using (sequence)"
        " where act=? and object=?",
        act,
        s.document(paper).hex(),
    )


def rewrite(s, where, old, new):
    raw = s.one("select entry from events where sequence=?", where)
    assert old in raw
    s.sql("update events set entry=? where sequence=?", raw.replace(old, new), where)


def rebuild(s):
    """Compute every node anew, so that the tree fits what the entries say now."""
    frontier = Frontier()
    s.sql("delete from nodes")
    for (raw,) in s.sql("select entry from events order by sequence"):
        for level, index, value in frontier.append(leaf_hash(raw)):
            s.sql("insert into nodes values (?, ?, ?)", level, index, value)
    return frontier


def cut(s, count):
    left = size(s) - count
    s.sql("delete from events where sequence>=?", left)
    s.sql("delete from event_objects where sequence>=?", left)
    s.sql("delete from checkpoints where size>?", left)
    rebuild(s)


@attack("an entry edited", show("a"), LOG, PURGE, by=PROVEN)
def _(s):
    where = sequence(s, "document.edited", "a")
    rewrite(s, where, b'"due":"2057', b'"due":"2017')


@attack(
    "a due date edited in row, folder and entry",
    show("journal"),
    LIST,
    LOG,
    PURGE,
    by=PROVEN,
)
def _(s):
    where = sequence(s, "document.edited", "journal")
    rewrite(s, where, b'"due":"2044', b'"due":"2014')
    folder = s.one("select folder_id from documents where id=?", s.document("journal"))
    s.sql("update documents set due='2014-01-01' where id=?", s.document("journal"))
    s.sql("update folders set due='2014-01-01' where id=?", folder)


@attack("an entry edited and the tree computed anew", LIST, LOG, by=SIGNED)
def _(s):
    rewrite(s, sequence(s, "document.edited", "a"), b'"due":"2057', b'"due":"2017')
    rebuild(s)


@attack("two entries exchanged", LOG, PURGE, show("a"), by=PROVEN)
def _(s):
    one = sequence(s, "document.ingested", "a")
    other = sequence(s, "document.edited", "a")
    s.exchange("events", "entry", one, other, "sequence")


@attack("an entry appended", LIST, LOG, by=SIGNED)
def _(s):
    s.sql("insert into events select max(sequence)+1, act, entry from events")


@attack("an entry in the middle removed", LOG, PURGE, VERIFY, by="every entry is there")
def _(s):
    s.sql("delete from events where sequence=?", sequence(s, "hold.placed"))


@attack("the last entry removed", LIST, LOG, by=SIGNED)
def _(s):
    s.sql("delete from events where sequence=?", size(s) - 1)


@attack("the last act removed with its checkpoint and nodes", LIST, LOG, by=PINNED)
def _(s):
    last, before = s.sql("select size from checkpoints order by size desc limit 2")
    cut(s, last[0] - before[0])


@attack("the last checkpoint removed", LIST, LOG, by=SIGNED)
def _(s):
    s.sql("delete from checkpoints where size=(select max(size) from checkpoints)")


@attack("every checkpoint removed", LIST, LOG, by="entries nobody signed for")
def _(s):
    s.sql("delete from checkpoints")


@attack("a checkpoint in the middle edited", LOG, PURGE, by=KNOWN)
def _(s):
    s.sql(
        "update checkpoints set note=replace(note, '— ', '— x') where size="
        "(select min(size) from checkpoints)"
    )


@attack("the checkpoint of another vault", LIST, LOG, by="it names its log")
def _(s):
    note = s.foreign("select note from checkpoints order by size desc limit 1")[0][0]
    s.sql("update checkpoints set note=? where size=?", note, size(s))


@attack("a checkpoint signed by a stranger", LIST, LOG, by=KNOWN)
def _(s):
    note = s.one("select note from checkpoints where size=?", size(s))
    known = parse_checkpoint(parse_note(note).text)
    vault = s.one("select compartment_id from grants where kind=3")
    signed = sign_checkpoint(
        known,
        name=key_name(vault, s.stranger.identity_id),
        public=s.stranger.public.ed25519,
        sign=s.stranger.sign,
    )
    s.sql("update checkpoints set note=? where size=?", signed, size(s))


@attack("a log forged whole and signed in the owner's name", LIST, LOG, by=KNOWN)
def _(s):
    rewrite(s, sequence(s, "document.edited", "a"), b'"due":"2057', b'"due":"2017')
    root = rebuild(s).root()
    note = s.one("select note from checkpoints where size=?", size(s))
    known = parse_checkpoint(parse_note(note).text)
    vault = s.one("select compartment_id from grants where kind=3")
    owner, public = s.owner()
    signed = sign_checkpoint(
        type(known)(known.origin, known.size, root),
        name=key_name(vault, owner),
        public=public[-32:],
        sign=s.stranger.sign,
    )
    s.sql("update checkpoints set note=? where size=?", signed, size(s))


@attack("a node on the edge of the tree edited", LIST, LOG, by=SIGNED)
def _(s):
    level = size(s).bit_length() - 1
    s.sql("update nodes set hash=zeroblob(32) where level=? and idx=0", level)


@attack("a node inside the tree edited", show("a"), get("a"), by=PROVEN)
def _(s):
    leaf = sequence(s, "document.edited", "a")
    s.sql("update nodes set hash=zeroblob(32) where level=0 and idx=?", leaf ^ 1)


@attack("every node inside the tree removed", show("a"), get("a"), by=PROVEN)
def _(s):
    edge = size(s)
    s.sql(
        "delete from nodes where not ((? >> level) & 1 and idx=(? >> level)-1)",
        edge,
        edge,
    )


@attack("an event of another paper put into the index", show("a"), get("a"), by=PROVEN)
def _(s):
    s.sql(
        "insert into event_objects values (?, ?)",
        s.document("a").hex(),
        size(s) - 1,
    )


@attack("an event that is not there put into the index", show("a"), get("a"), by=PROVEN)
def _(s):
    s.sql(
        "insert into event_objects values (?, ?)",
        s.document("a").hex(),
        size(s) + 7,
    )


@attack("every event of a paper hidden from the index", show("a"), get("a"),
        by="a row that no event states is refused")  # fmt: skip
def _(s):
    s.sql("delete from event_objects where object=?", s.document("a").hex())


@attack("an old database put back whole", LIST, LOG, PURGE, by=PINNED)
def _(s):
    s.put_back("catalogue.sqlite")


@attack("the whole vault put back as it was", LIST, LOG, PURGE, by=PINNED)
def _(s):
    s.put_back("catalogue.sqlite", "packs", "ring", "anchor")


@attack(
    "the whole vault put back as it was, at another place",
    ("--vault", "ROOT/past", "list"),
    ("--vault", "ROOT/past", "purge", "--expired"),
    by="a vault at an unknown place must not be behind any pin",
)
def _(s):
    assert (s.past / "vault.json").exists()


@attack("the database of another vault", LIST, LOG, by="nothing in it fits vault.json")
def _(s):
    shutil.copy(s.other / "catalogue.sqlite", s.vault / "catalogue.sqlite")


POLICY_STATED = "the newest adoption, proven, states the policy's hash"


@attack("the policy's periods shortened", LIST, PURGE, POLICY, by=POLICY_STATED)
def _(s):
    s.sql(
        "update policies set canonical=cast(replace(canonical, 'P30Y', 'P00Y') as blob)"
    )


@attack("an older policy put back", LIST, PURGE, POLICY, by=POLICY_STATED)
def _(s):
    s.sql(
        "delete from policies where adopted_at_sequence="
        "(select max(adopted_at_sequence) from policies)"
    )


@attack(
    "an older policy put back and its successor hidden from the index",
    LIST,
    PURGE,
    POLICY,
    by=COUNTED,
)
def _(s):
    last = sequence(s, "policy.adopted")
    s.sql("delete from policies where adopted_at_sequence=?", last)
    s.sql("delete from event_objects where sequence=? and object='policy'", last)


@attack(
    "an older policy adopted again by rewriting its sequence",
    LIST,
    PURGE,
    POLICY,
    by=POLICY_STATED,
)
def _(s):
    _first, last = (row[0] for row in s.sql(
        "select adopted_at_sequence from policies order by 1"))  # fmt: skip
    s.sql("delete from policies where adopted_at_sequence=?", last)
    s.sql("update policies set adopted_at_sequence=?", last)


@attack(
    "a weaker policy and a forged adoption in the log", LIST, PURGE, POLICY, by=PROVEN
)
def _(s):
    import hashlib

    raw = s.one("select canonical from policies order by adopted_at_sequence desc")
    weak = raw.replace(b"P30Y", b"P00Y")
    old, new = (hashlib.sha256(one).hexdigest() for one in (raw, weak))
    last = sequence(s, "policy.adopted")
    rewrite(s, last, old.encode(), new.encode())
    s.sql("update policies set canonical=?, hash=? where hash=?", weak, new, old)
