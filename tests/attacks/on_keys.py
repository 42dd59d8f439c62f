"""Compartments and grants: who may open what, and under which key it is sealed."""

from attacks.commands import CLIENTS, LIST, PURGE, edit, get, show
from attacks.registry import Family
from ledgervault.crypto.grants import GrantHeader, GrantKind, seal_grant
from ledgervault.crypto.identity import parse_public_keys
from ledgervault.crypto.keys import DocKek, RingKey

attack = Family("Keys: compartments and grants")

NAMED = "a grant's header must name the row it stands in"
SIGNED = "a grant counts only with the signature of an admitted user"
CONTEXT = "HPKE binds header, vault and the recipient's keys"
LEVELS = "the levels of a client's compartments are stated when he is added"


def compartment(s, paper, level):
    return s.one(
        "select id from compartments where client_id=? and level=?",
        s.client(paper),
        level,
    )


def record(s, where, kind):
    """Return the owner's newest grant of a key."""
    return s.sql(
        "select record from grants where compartment_id=? and kind=? and recipient=?"
        " order by epoch desc",
        where,
        kind,
        s.owner()[0],
    )[0][0]


def forged(s, where, key, kind, *, granter, claims=None):
    """Seal a key the attacker knows to the owner, as well as he can."""
    owner, public = s.owner()
    header = GrantHeader(
        compartment=where,
        kind=kind,
        epoch=1,
        recipient=owner,
        granter=claims or granter.identity_id,
        log_sequence=0,
    )
    return seal_grant(
        key,
        header,
        vault=vault_id(s),
        recipient=parse_public_keys(public),
        granter=granter,
    )


def vault_id(s):
    return s.one("select compartment_id from grants where kind=3")


def put(s, where, kind, raw):
    key = {"compartment_id": where, "kind": kind, "recipient": s.owner()[0]}
    s.put("grants", key, {"record": raw})


@attack(
    "levels of two compartments of a client exchanged",
    ("ingest", "ROOT/pile/C001/工资表_2026年01月.txt", "--client", "C002"),
    edit("b", "--level", "sensitive"),
    by=LEVELS,
)
def _(s):
    for paper in ("a", "c"):
        one, other = (compartment(s, paper, level) for level in ("public", "sensitive"))
        s.exchange("compartments", "level", one, other)


@attack(
    "a compartment given to another client",
    edit("b", "--level", "sensitive"),
    by=LEVELS,
)
def _(s):
    one, other = (compartment(s, paper, "sensitive") for paper in ("a", "c"))
    s.exchange("compartments", "client_id", one, other)


@attack(
    "key epochs of compartments lowered",
    edit("b", "--level", "sensitive"),
    by="nobody has a grant of an epoch before the first",
)
def _(s):
    s.sql("update compartments set doc_epoch=0, meta_epoch=0")


@attack(
    "key epochs of compartments raised",
    edit("b", "--level", "sensitive"),
    by="nobody has a grant of an epoch that never was",
)
def _(s):
    s.sql("update compartments set doc_epoch=9, meta_epoch=9")


@attack("grants of two compartments exchanged", get("a"), CLIENTS, by=NAMED)
def _(s):
    for kind in (1, 2):
        one, other = (compartment(s, "a", x) for x in ("confidential", "internal"))
        first, second = record(s, one, kind), record(s, other, kind)
        put(s, one, kind, second)
        put(s, other, kind, first)


@attack("grants of two clients exchanged", CLIENTS, show("a"), by=NAMED)
def _(s):
    one, other = (compartment(s, paper, "internal") for paper in ("a", "c"))
    first, second = record(s, one, 2), record(s, other, 2)
    put(s, one, 2, second)
    put(s, other, 2, first)


@attack("a meta grant put in place of a doc grant", get("a"), by=NAMED)
def _(s):
    where = compartment(s, "a", "confidential")
    put(s, where, 1, record(s, where, 2))


def rewritten(offset, value):
    def change(s):
        where = compartment(s, "a", "confidential")
        raw = bytearray(record(s, where, 1))
        raw[offset : offset + len(value)] = value
        put(s, where, 1, bytes(raw))

    return change


for name, offset, value in (
    ("type of a grant rewritten", 0, b"\7"),
    ("version of a grant rewritten", 1, b"\2"),
    ("key exchange of a grant rewritten", 2, b"\0\2"),
    ("kind of a grant rewritten", 20, b"\2"),
    ("epoch of a grant rewritten", 24, b"\0\0\0\7"),
    ("recipient of a grant rewritten", 28, b"x" * 16),
    ("granter of a grant rewritten", 44, b"s" * 16),
    ("commitment of a grant rewritten", 64, b"\0" * 32),
    ("ciphertext of a grant rewritten", 1220, b"\0" * 8),
    ("signature of a grant removed", 1264, b"\0" * 64),
):
    by = "an unknown form is refused" if offset < 4 else SIGNED
    attack(name, get("a"), by=by)(rewritten(offset, value))


@attack("a known key granted by a stranger", get("a"), edit("a", "--keep"), by=SIGNED)
def _(s):
    where = compartment(s, "a", "confidential")
    key = DocKek(b"\7" * 32)
    put(s, where, 1, forged(s, where, key, GrantKind.DOC, granter=s.stranger))


@attack(
    "a known key granted by a stranger in the owner's name",
    get("a"),
    edit("a", "--level", "sensitive"),
    by=SIGNED,
)
def _(s):
    owner = s.owner()[0]
    for level in ("confidential", "sensitive"):
        where, key = compartment(s, "a", level), DocKek(b"\7" * 32)
        raw = forged(s, where, key, GrantKind.DOC, granter=s.stranger, claims=owner)
        put(s, where, 1, raw)


@attack("a known ring key granted by a stranger", LIST, PURGE, by=SIGNED)
def _(s):
    where = vault_id(s)
    key = RingKey(b"\7" * 32)
    put(s, where, 3, forged(s, where, key, GrantKind.RING, granter=s.stranger))


@attack("the ring grant of another vault", LIST, PURGE, by=NAMED)
def _(s):
    foreign = s.foreign("select record from grants where kind=3")[0][0]
    put(s, vault_id(s), 3, foreign)


@attack("a doc grant put in place of the ring grant", LIST, PURGE, by=NAMED)
def _(s):
    put(s, vault_id(s), 3, record(s, compartment(s, "a", "public"), 1))


@attack("a doc grant removed", get("a"), by="what is not granted does not open")
def _(s):
    s.sql("delete from grants where compartment_id=? and kind=1",
          compartment(s, "a", "confidential"))  # fmt: skip
