"""The ring and its anchor: what can still be read at all."""

import shutil

from attacks.commands import LIST, PURGE, get, show
from attacks.registry import Family
from ledgervault.crypto.heads import parse_head, sign_head

attack = Family("Ring: HEAD, pages, anchor, epochs")

HASHED = "HEAD names the hash of every page"
SIGNED = "HEAD counts only with the signature of an admitted user of this vault"
EPOCH = "the last signed event states the ring's epoch"


def head(s):
    return s.vault / "ring" / "HEAD"


def pages(s, place=None):
    found = (place or s.vault / "ring").rglob("*.page")
    return {path.name.split(".")[0]: path for path in sorted(found)}


def anchor(s, place=None):
    return next((place or s.vault / "anchor").iterdir())


@attack("pages of two clients exchanged", show("a"), get("a"), by=HASHED)
def _(s):
    found = pages(s)
    one, other = found[s.client("a").hex()], found[s.client("c").hex()]
    first, second = one.read_bytes(), other.read_bytes()
    s.edit_file(one, lambda _raw: second)
    s.edit_file(other, lambda _raw: first)


@attack("an older page put back", show("a"), get("a"), by=HASHED)
def _(s):
    old = pages(s, s.past / "ring")[s.client("a").hex()].read_bytes()
    s.edit_file(pages(s)[s.client("a").hex()], lambda _raw: old)


@attack("a page flipped", show("a"), get("a"), by=HASHED)
def _(s):
    page = pages(s)[s.client("a").hex()]
    s.edit_file(page, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]))


@attack("a page removed", show("a"), get("a"), by="HEAD names every page")
def _(s):
    pages(s)[s.client("a").hex()].unlink()


@attack("the anchor of another vault", show("a"), LIST, by="the page's key is another")
def _(s):
    foreign = anchor(s, s.other / "anchor").read_bytes()
    s.edit_file(anchor(s), lambda _raw: foreign)


@attack("an older anchor put back", show("a"), LIST, by="the page's key is another")
def _(s):
    old = anchor(s, s.past / "anchor").read_bytes()
    s.edit_file(anchor(s), lambda _raw: old)


@attack("the anchor removed", show("a"), by="without it no page opens")
def _(s):
    anchor(s).unlink()


@attack("an older HEAD put back", LIST, PURGE, by=EPOCH)
def _(s):
    shutil.copy(s.past / "ring" / "HEAD", head(s))


@attack("a HEAD signed by a stranger", LIST, PURGE, by=SIGNED)
def _(s):
    stated = parse_head(head(s).read_bytes())
    s.edit_file(head(s), lambda _raw: sign_head(stated, s.stranger))


@attack("the HEAD of another vault", LIST, PURGE, by=SIGNED)
def _(s):
    shutil.copy(s.other / "ring" / "HEAD", head(s))


@attack("a page left out of HEAD", LIST, PURGE, by="count, root and signature of HEAD")
def _(s):
    s.edit_file(head(s), lambda raw: raw[: -64 - 48] + raw[-64:])


@attack("the epoch in HEAD rewritten", LIST, by=SIGNED)
def _(s):
    s.edit_file(head(s), lambda raw: raw[:15] + b"\1" + raw[16:])


@attack("HEAD removed", LIST, PURGE, by="a vault without a ring is refused")
def _(s):
    head(s).unlink()


@attack("old ring and old anchor put back after a purge", LIST, get("gone"), by=EPOCH)
def _(s):
    s.put_back("ring", "anchor")


@attack(
    "old ring and old anchor put back and the epoch in the database lowered",
    LIST,
    PURGE,
    by=EPOCH,
)
def _(s):
    s.put_back("ring", "anchor")
    s.sql("update facts set value=x'00000001' where name='ring_epoch'")


@attack(
    "an older HEAD of the same epoch handed to whoever completes a purge",
    LIST,
    by="only the HEAD of the next epoch, or the live one itself, is completed",
)
def _(s):
    old = head(s).read_bytes()
    paper = s.root / "pile" / "银行对账单_2026年05月.txt"
    paper.write_text("5")
    s.ok("ingest", paper, "--client", "C001")
    s.sql("insert or replace into facts values ('ring_prepared', ?)", old)


@attack(
    "an older HEAD and page of the same epoch put back",
    LIST,
    PURGE,
    by="the last signed event states how new HEAD is at least",
)
def _(s):
    shutil.copytree(s.vault / "ring", s.root / "out")
    paper = s.root / "pile" / "银行对账单_2026年05月.txt"
    paper.write_text("5")
    s.ok("ingest", paper, "--client", "C001")
    shutil.rmtree(s.vault / "ring")
    shutil.move(s.root / "out", s.vault / "ring")
