"""Users: whose signatures count."""

import dataclasses
import shutil

from attacks.commands import LIST, LOG, PURGE
from attacks.registry import Family
from ledgervault.bootstrap.opening import open_vault
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.crypto.grants import GrantHeader, GrantKind, seal_grant
from ledgervault.crypto.heads import parse_head, sign_head
from ledgervault.crypto.identity import parse_public_keys
from ledgervault.crypto.keys import DocKek, MetaKek
from ledgervault.ledger.checkpoints import key_name, parse_checkpoint, sign_checkpoint
from ledgervault.ledger.notes import parse_note
from ledgervault.vault.people import admit
from ledgervault.vault.statements import Author, state

attack = Family("People: keys, admissions, roles")

ADMITTED = "a public key counts only with an admission by somebody trusted"
STRANGER = b"s" * 16


def founder(s):
    return s.one("select value from facts where name='founder'")


def vault_id(s):
    return s.one("select compartment_id from grants where kind=3")


def add_stranger(s, *, admitted_by, role="owner"):
    admission = admit(
        s.stranger,
        vault=vault_id(s),
        user=STRANGER,
        public=s.stranger.public,
        role=role,
    )
    s.sql(
        "insert into users (id, public, role, state, admitted_by, admission, sealed,"
        " row_version) values (?, ?, ?, 'active', ?, ?, x'00', 1)",
        STRANGER,
        s.stranger.public.serialise(),
        role,
        admitted_by,
        admission,
    )


@attack("the owner's public keys exchanged for a stranger's", LIST, PURGE, by=ADMITTED)
def _(s):
    s.put("users", {"id": founder(s)}, {"public": s.stranger.public.serialise()})


@attack(
    "the owner's keys and admission exchanged for a stranger's",
    LIST,
    PURGE,
    by="an identity compares the keys under its id with its own",
)
def _(s):
    owner = founder(s)
    admission = admit(
        s.stranger,
        vault=vault_id(s),
        user=owner,
        public=s.stranger.public,
        role="owner",
    )
    columns = {"public": s.stranger.public.serialise(), "admission": admission}
    s.put("users", {"id": owner}, columns)


@attack("a user inserted with a forged admission by the owner", LIST, LOG, by=ADMITTED)
def _(s):
    add_stranger(s, admitted_by=founder(s))


@attack("a user inserted who admits himself", LIST, LOG, by=ADMITTED)
def _(s):
    add_stranger(s, admitted_by=STRANGER)


@attack("a user inserted whom nobody known admitted", LIST, LOG, by=ADMITTED)
def _(s):
    add_stranger(s, admitted_by=b"n" * 16)


@attack("a role rewritten", LIST, PURGE, by="the admission signs the role")
def _(s):
    s.put("users", {"id": founder(s)}, {"role": "partner"})


@attack("an admission removed", LIST, PURGE, by=ADMITTED)
def _(s):
    s.sql("update users set admission=zeroblob(64)")


@attack("a stranger made the founder", LIST, PURGE, by=ADMITTED)
def _(s):
    add_stranger(s, admitted_by=STRANGER)
    s.sql("update facts set value=? where name='founder'", STRANGER)


@attack("the founder forgotten", LIST, by="a vault without a founder is refused")
def _(s):
    s.sql("delete from facts where name='founder'")


@attack("the owner's record exchanged for that of another vault", LIST, by=ADMITTED)
def _(s):
    public, admission = s.foreign("select public, admission from users")[0]
    columns = {"public": public, "admission": admission}
    s.put("users", {"id": founder(s)}, columns)


CHAIN = "statements are signed over the hash of the one before"
COUNTED = "the last signed event states how many statements there are"
ENTITLED = "a statement counts only from somebody entitled to make it"
LEFT = "what somebody signed after he left does not count"
GRANTED = "a grant counts only from somebody who may admit"


def statements(s):
    found = s.sql("select sequence from event_objects where object='people' order by 1")
    return [row[0] for row in found]


def forget(s):
    """Take away what everybody has seen: a new machine has no pins."""
    for place in (s.config, s.root / "people"):
        for pins in place.rglob("pins"):
            shutil.rmtree(pins)


@attack(
    "the last statement about people hidden from the index", LIST, PURGE, by=COUNTED
)
def _(s):
    s.sql(
        "delete from event_objects where object='people' and sequence=?",
        statements(s)[-1],
    )


@attack(
    "every trace of a leaver's going hidden, on a machine that has seen nothing",
    LIST,
    ("as:he", "list"),
    by=COUNTED,
)
def _(s):
    forget(s)
    gone = s.one("select max(sequence) from events where act='user.disabled'")
    s.sql("delete from event_objects where object='people' and sequence>=?", gone)
    s.sql("update users set state='active'")


@attack("a statement in the middle hidden from the index", LIST, PURGE, by=CHAIN)
def _(s):
    s.sql(
        "delete from event_objects where object='people' and sequence=?",
        statements(s)[2],
    )


@attack("two statements exchanged", LIST, PURGE, by=CHAIN)
def _(s):
    s.exchange("events", "entry", *statements(s)[1:3], "sequence")


@attack("a statement repeated later", LIST, PURGE, by=CHAIN)
def _(s):
    entry = s.one("select entry from events where sequence=?", statements(s)[3])
    s.sql("update events set entry=? where sequence=?", entry, statements(s)[-1])


@attack("a role in a statement rewritten", LIST, PURGE, by=CHAIN)
def _(s):
    for (sequence,) in s.sql("select sequence from events where act='user.admitted'"):
        raw = s.one("select entry from events where sequence=?", sequence)
        fresh = raw.replace(b'"role":"bookkeeper"', b'"role":"partner"')
        s.sql("update events set entry=? where sequence=?", fresh, sequence)


@attack("the last day of a grant rewritten", LIST, PURGE, by=CHAIN)
def _(s):
    where = s.one("select max(sequence) from events where act='grant.given'")
    raw = s.one("select entry from events where sequence=?", where)
    fresh = raw.replace(b'"facts":{', b'"facts":{"until":"2099-01-01",')
    s.sql("update events set entry=? where sequence=?", fresh, where)


@attack("a wall hidden from the index", LIST, ("as:lin", "list"), by=CHAIN)
def _(s):
    wall = s.one("select sequence from events where act='wall.raised'")
    s.sql("delete from event_objects where object='people' and sequence=?", wall)


@attack(
    "the state of a leaver rewritten", LIST, ("as:he", "list"), by="the roster says it"
)
def _(s):
    s.sql("update users set state='active'")


@attack("a leaver's row removed", LIST, PURGE, by="rows must be those of the roster")
def _(s):
    s.sql("delete from users where state!='active'")


@attack("a bookkeeper's role raised with an admission he signs himself", LIST, by=CHAIN)
def _(s):
    lin = s.identity_of("lin")
    signed = admit(
        lin,
        vault=vault_id(s),
        user=lin.identity_id,
        public=lin.public,
        role="partner",
    )
    s.sql(
        "update users set role='partner', admission=?, admitted_by=id where id=?",
        signed,
        lin.identity_id,
    )


def says(s, name, act, facts):
    """Have a colleague sign a statement and a checkpoint past the product's rules."""
    with s.people[name].at_his_machine():
        settings = settings_of(
            GlobalOptions(vault=str(s.vault), passphrase_file=str(s.people[name].key))
        )
        vault = open_vault(settings, None)
    author = Author(vault.id, vault.identity, vault.now().date())
    with vault.act() as logged:
        signed = state(author, act, facts, vault.people.head)
        logged.log(act, objects=("people",), facts=signed)
    vault.catalogue.close()


@attack(
    "a bookkeeper grants himself a client and signs the log",
    LIST,
    ("as:lin", "get", "{c}", "-o", "OUT/paper"),
    by=ENTITLED,
)
def _(s):
    lin = s.identity_of("lin").identity_id.hex()
    facts = {"holder": lin, "client": "*", "level": "sensitive", "reads": True}
    says(s, "lin", "grant.given", facts)


@attack("a bookkeeper takes his wall down and signs the log", LIST, by=ENTITLED)
def _(s):
    facts = {
        "user": s.identity_of("lin").identity_id.hex(),
        "client": s.client("c").hex(),
    }
    says(s, "lin", "wall.lowered", facts)


@attack("a bookkeeper admits a stranger and signs the log", LIST, by=ENTITLED)
def _(s):
    facts = {
        "user": STRANGER.hex(),
        "role": "owner",
        "public": s.stranger.public.digest().hex(),
    }
    says(s, "lin", "user.admitted", facts)


@attack(
    "a key that a bookkeeper knows granted by him to the owner",
    ("get", "{a}", "-o", "OUT/paper"),
    ("edit", "{a}", "--title", "y", "--reason", "x"),
    by=GRANTED,
)
def _(s):
    owner = s.owner()
    lin = s.identity_of("lin")
    where = s.one(
        "select compartment_id from documents where code=?",
        s.ids["a"],
    )
    for kind, key in ((GrantKind.DOC, DocKek), (GrantKind.META, MetaKek)):
        epoch = s.one("select max(epoch) from grants where compartment_id=?", where)
        header = GrantHeader(where, kind, epoch, owner[0], lin.identity_id, 0)
        record = seal_grant(
            key(b"\7" * 32),
            header,
            vault=vault_id(s),
            recipient=parse_public_keys(owner[1]),
            granter=lin,
        )
        s.sql(
            "update grants set record=? where compartment_id=? and kind=? and epoch=?"
            " and recipient=?",
            record, where, int(kind), epoch, owner[0],
        )  # fmt: skip


@attack(
    "the owner's grants pointed to a bookkeeper",
    ("as:lin", "client", "list"),
    by="the grant's header names its recipient, and its keys are bound",
)
def _(s):
    s.sql(
        "update or replace grants set recipient=? where recipient=? and kind<>3",
        s.identity_of("lin").identity_id,
        founder(s),
    )


@attack("a new epoch of a compartment lowered", LIST, PURGE,
        by="epochs of compartments are stated")  # fmt: skip
def _(s):
    s.sql("update compartments set doc_epoch=1, meta_epoch=1")


@attack("a ring signed by somebody who has left", LIST, PURGE, by=LEFT)
def _(s):
    path = s.vault / "ring" / "HEAD"
    stated = parse_head(path.read_bytes())
    he = s.identity_of("he")
    again = dataclasses.replace(stated, signer=he.identity_id)
    path.write_bytes(sign_head(again, he))


@attack("a checkpoint signed by somebody who has left", LIST, LOG, by=LEFT)
def _(s):
    he = s.identity_of("he")
    size, note = s.sql("select size, note from checkpoints order by size desc")[0]
    signed = sign_checkpoint(
        parse_checkpoint(parse_note(note).text),
        name=key_name(vault_id(s), he.identity_id),
        public=he.public.ed25519,
        sign=he.sign,
    )
    s.sql("update checkpoints set note=? where size=?", signed, size)
