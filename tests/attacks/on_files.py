"""Files outside the database: identity, packs, vault.json, backups, mirrors."""

import shutil
import struct

from attacks.commands import LIST, LOG, READ, get
from attacks.registry import Family
from ledgervault.crypto.identity_file import HEAD_BYTES

attack = Family("Files: identity, packs, header, backups")

SLOT = "every slot's key binds the file's head and its own parameters"
COST = "costs outside the bounds are refused before any work is done"
BLOB = "each chunk is authenticated, and the header binds vault, document and blob"
AS_TYPED = ("--passphrase-file", "ROOT/password", "list")


def slots(raw):
    """Return where the passphrase slot begins."""
    width = struct.calcsize(">BBIII24s32s48s")
    starts = range(HEAD_BYTES + 1, len(raw), width)
    return next(start for start in starts if raw[start] == 1)


def cost(passes, lanes, memory):
    def change(raw):
        start = slots(raw)
        fields = struct.pack(">III", passes, lanes, memory)
        return raw[: start + 2] + fields + raw[start + 14 :]

    return change


for name, values in (
    ("the cost of a passphrase lowered below the floor", (1, 1, 64)),
    ("the cost of a passphrase raised to exhaust memory", (3, 4, 1 << 31)),
    ("the passes of a passphrase raised to take for ever", (1 << 30, 4, 65536)),
):

    @attack(name, AS_TYPED, by=COST)
    def _(s, values=values):
        s.edit_file(s.identity(), cost(*values))


@attack("the cost of a passphrase lowered to the floor", AS_TYPED, by=SLOT)
def _(s):
    s.edit_file(s.identity(), cost(1, 4, 46 * 1024))


@attack("public keys in the identity file exchanged", LIST, AS_TYPED, by=SLOT)
def _(s):
    public = s.stranger.public.serialise()
    s.edit_file(s.identity(), lambda raw: raw[:24] + public + raw[24 + len(public) :])


@attack("the id in the identity file rewritten", LIST, AS_TYPED, by=SLOT)
def _(s):
    s.edit_file(s.identity(), lambda raw: raw[:8] + b"x" * 16 + raw[24:])


@attack("a slot of another identity under the same passphrase", AS_TYPED, by=SLOT)
def _(s):
    other = (s.root / "thief.id").read_bytes()
    width = struct.calcsize(">BBIII24s32s48s")
    there = slots(other)

    def change(raw):
        here = slots(raw)
        return raw[:here] + other[there : there + width] + raw[here + width :]

    s.edit_file(s.identity(), change)


@attack(
    "the identity file of another person under the owner's name",
    AS_TYPED,
    by="an identity nobody admitted is refused",
)
def _(s):
    shutil.copy(s.root / "thief.id", s.identity())


@attack("a slot's kind rewritten", LIST, AS_TYPED, by="an unknown kind is refused")
def _(s):
    def change(raw):
        start = slots(raw)
        return raw[:start] + b"\x09" + raw[start + 1 :]

    s.edit_file(s.identity(), change)


def vault_json(s, old, new):
    s.edit_file(s.vault / "vault.json", lambda raw: raw.replace(old, new))


@attack("the vault's id rewritten", LIST, LOG, by="every signature binds the vault")
def _(s):
    raw = (s.other / "vault.json").read_bytes()
    s.edit_file(s.vault / "vault.json", lambda _raw: raw)


def extent(s, paper):
    pack, offset, length = s.sql(
        "select pack, offset, length from versions where document_id=?",
        s.document(paper),
    )[0]
    path = next(one for one in s.packs() if one.stem == pack)
    return path, offset, length


def blob(s, paper, change):
    path, offset, length = extent(s, paper)

    def edited(raw):
        inside = change(raw[offset : offset + length])
        return raw[:offset] + inside + raw[offset + length :]

    s.edit_file(path, edited)


def at(offset, value):
    def change(raw):
        start = offset % len(raw)
        return raw[:start] + value + raw[start + len(value) :]

    return change


for name, offset, value in (
    ("magic of a blob rewritten", 0, b"XXXX"),
    ("suite of a blob rewritten", 8, b"\0\2"),
    ("flags of a blob rewritten", 10, b"\0\0"),
    ("version of a blob rewritten", 12, b"\0\0\0\2"),
    ("vault of a blob rewritten", 16, b"v" * 16),
    ("document of a blob rewritten", 32, b"d" * 16),
    ("id of a blob rewritten", 48, b"b" * 16),
    ("salt of a blob rewritten", 64, b"\0" * 24),
    ("commitment of a blob rewritten", 90, b"\0" * 16),
    ("first bytes of a blob's content rewritten", 124, b"\0" * 8),
    ("last bytes of a blob's content rewritten", -4, b"\0" * 4),
):

    @attack(name, get("a"), READ, by=BLOB)
    def _(s, offset=offset, value=value):
        blob(s, "a", at(offset, value))


@attack("pack files exchanged", get("a"), READ, by=BLOB)
def _(s):
    one, other = extent(s, "a")[0], extent(s, "b")[0]
    first, second = one.read_bytes(), other.read_bytes()
    s.edit_file(one, lambda _raw: second)
    s.edit_file(other, lambda _raw: first)


@attack("a pack file cut", get("a"), READ, by="the last chunk is marked as such")
def _(s):
    s.edit_file(extent(s, "a")[0], lambda raw: raw[:-50])


@attack("a pack file put back under a destroyed paper's row", get("gone"), READ,
        by="the row must be the one its newest proven event states")  # fmt: skip
def _(s):
    s.put("documents", {"id": s.document("gone")}, {"state": "active"})
    row = s.old("select * from versions where document_id=?", s.document("gone"))[0]
    s.sql(f"insert into versions values ({','.join('?' * len(row))})", *row)
    for path in (s.past / "packs").rglob(f"{row[3]}.pack"):
        target = s.vault / path.relative_to(s.past)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)


RESTORE = ("backup", "restore", "TARGET", "--to", "OUT/vault")
RESTORED = ("--vault", "OUT/vault", "list")


def target(s):
    return next(path for path in s.target.iterdir() if path.is_dir())


def newest(s):
    return max((target(s) / "snapshots").iterdir())


@attack("a snapshot's database edited", RESTORE, by="the snapshot's record hashes it")
def _(s):
    s.sql("update documents set due='2015-01-01'",
          database=newest(s) / "catalogue.sqlite")  # fmt: skip


@attack(
    "an older mirror put back at the backup target",
    RESTORED,
    by="the last signed event states the ring's epoch",
)
def _(s):
    old = next(path for path in (s.root / "old-backup").iterdir() if path.is_dir())
    shutil.rmtree(target(s) / "mirror")
    shutil.copytree(old / "mirror", target(s) / "mirror")
    s.run("backup", "restore", s.target, "--to", s.root / "out" / "vault")


@attack("a page of the mirror exchanged", RESTORED, by="HEAD names every page's hash")
def _(s):
    pages = sorted((target(s) / "mirror").rglob("*.page"))
    first = pages[0].read_bytes()
    for page in pages:
        s.edit_file(page, lambda _raw: first)
    s.run("backup", "restore", s.target, "--to", s.root / "out" / "vault")


@attack("packs of a backup flipped", ("--vault", "OUT/vault", *get("a")), by=BLOB)
def _(s):
    for pack in (target(s) / "packs").rglob("*.pack"):
        s.edit_file(pack, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]))
    s.run("backup", "restore", s.target, "--to", s.root / "out" / "vault")
