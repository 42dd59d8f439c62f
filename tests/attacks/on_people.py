"""Users: whose signatures count."""

from attacks.commands import LIST, LOG, PURGE
from attacks.registry import Family
from ledgervault.vault.people import admit

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
    s.sql("update users set public=?", s.stranger.public.serialise())


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
    s.sql(
        "update users set public=?, admission=?",
        s.stranger.public.serialise(),
        admission,
    )


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
    s.sql("update users set role='partner'")


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
    row = s.foreign("select public, admission from users")[0]
    s.sql("update users set public=?, admission=?", *row)
