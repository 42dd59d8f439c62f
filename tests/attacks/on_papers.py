"""Wraps, sealed columns, clear columns, blobs and texts of documents."""

from attacks.commands import LIST, PURGE, READ, VERIFY, get, show
from attacks.registry import Family

attack = Family("Papers: wraps, columns, blobs, texts")

PLACE = "the wrap names compartment, folder and leaf, and each is checked with the row"
BOUND = "the wrap's key is derived over its header, vault, document and version"
AAD = "columns authenticate table, row, column set and row version"
STATED = "the row must be the one its newest proven event states"


@attack("wraps of two papers of one client exchanged", get("a"), VERIFY, by=PLACE)
def _(s):
    s.exchange("versions", "wrap", s.document("a"), s.document("b"), "document_id")


@attack("wraps of papers of two clients exchanged", get("c"), VERIFY, by=PLACE)
def _(s):
    s.exchange("versions", "wrap", s.document("a"), s.document("c"), "document_id")


@attack("wraps of papers of two levels exchanged", get("salary"), VERIFY, by=PLACE)
def _(s):
    s.exchange("versions", "wrap", s.document("a"), s.document("salary"), "document_id")


@attack("wrap and place of one paper copied onto another", get("a"), VERIFY, by=STATED)
def _(s):
    columns = ("client_id", "folder_id", "leaf", "compartment_id", "series")
    names = ", ".join(columns)
    row = s.sql(f"select {names} from documents where id=?", s.document("salary"))[0]
    s.put("documents", {"id": s.document("a")}, dict(zip(columns, row, strict=True)))
    s.exchange("versions", "wrap", s.document("a"), s.document("salary"), "document_id")


@attack("wrap of a paper before its edit put back", get("journal"), VERIFY, by=PLACE)
def _(s):
    s.restore_row("versions", "document_id", s.document("journal"))


for name, offset, by in (
    ("type of a wrap rewritten", 0, "an unknown type is refused"),
    ("version of a wrap rewritten", 1, "an unknown version is refused"),
    ("suite of a wrap rewritten", 3, "an unknown suite is refused; " + BOUND),
    ("compartment of a wrap rewritten", 10, PLACE),
    ("salt of a wrap flipped", 40, BOUND),
    ("commitment of a wrap flipped", 70, "the commitment to the wrapping key"),
    ("ciphertext of a wrap flipped", 110, "AES-GCM's tag"),
    ("tag of a wrap flipped", -1, "AES-GCM's tag"),
):

    @attack(name, get("a"), VERIFY, by=by)
    def _(s, offset=offset):
        s.flip("versions", "wrap", offset, "document_id", s.document("a"))


@attack("key epoch of a wrap rewritten", get("a"), by="nobody has a grant of it")
def _(s):
    s.flip("versions", "wrap", 7, "document_id", s.document("a"))


@attack("suite of a wrap rewritten to a weaker one that exists", get("a"), by=BOUND)
def _(s):
    wrap = bytearray(
        s.one("select wrap from versions where document_id=?", s.document("a"))
    )
    wrap[2:4] = (2).to_bytes(2, "big")
    s.put("versions", {"document_id": s.document("a")}, {"wrap": bytes(wrap)})


@attack("a version given another number", get("a"), VERIFY, by=BOUND)
def _(s):
    s.put("versions", {"document_id": s.document("a")}, {"version": 2})


@attack("fixity of two papers exchanged", get("a"), by="fixity is keyed by the DEK")
def _(s):
    s.exchange("versions", "fixity", s.document("a"), s.document("b"), "document_id")


EXTENT = ("blob_id", "pack", "offset", "length", "cipher_sha256", "fixity")


@attack(
    "blobs of two papers exchanged",
    get("a"),
    READ,
    by="the blob's key is another; its header names its document",
)
def _(s):
    s.exchange("versions", EXTENT, s.document("a"), s.document("b"), "document_id")


@attack(
    "blob and wrap of two papers exchanged together",
    get("a"),
    READ,
    by=PLACE,
)
def _(s):
    both = (*EXTENT, "wrap")
    s.exchange("versions", both, s.document("a"), s.document("b"), "document_id")


@attack("a blob cut short", get("a"), READ, by="the last chunk is marked as such")
def _(s):
    length = s.one("select length from versions where document_id=?", s.document("a"))
    s.put("versions", {"document_id": s.document("a")}, {"length": length - 40})


@attack("a blob begun later", get("a"), READ, by="the header's magic and place")
def _(s):
    s.sql(
        "update versions set offset=offset+64, length=length-64 where document_id=?",
        s.document("a"),
    )


@attack("details of two papers exchanged", show("a"), get("a"), LIST, by=AAD)
def _(s):
    s.exchange("documents", "sealed", s.document("a"), s.document("b"))


@attack("details and row versions of two papers exchanged", show("a"), LIST, by=AAD)
def _(s):
    both = ("sealed", "row_version")
    s.exchange("documents", both, s.document("a"), s.document("b"))


@attack("older details put back", show("a"), get("a"), LIST, by=AAD)
def _(s):
    sealed = s.old("select sealed from documents where id=?", s.document("a"))[0][0]
    s.put("documents", {"id": s.document("a")}, {"sealed": sealed})


@attack("older row put back whole", show("a"), get("a"), LIST, VERIFY, by=STATED)
def _(s):
    s.restore_row("documents", "id", s.document("a"))


@attack(
    "older row put back and its newest event hidden from the index",
    VERIFY,
    ("get", "--client", "C001", "-o", "OUT"),
    by="a replay of the whole log, which no index can shorten",
)
def _(s):
    s.restore_row("documents", "id", s.document("a"))
    s.sql(
        "delete from event_objects where object=? and sequence in "
        "(select sequence from events where act='document.edited')",
        s.document("a").hex(),
    )


@attack("a paper's details put into a client's record", ("client", "list"), by=AAD)
def _(s):
    sealed = s.one("select sealed from documents where id=?", s.document("a"))
    s.put("clients", {"id": s.client("a")}, {"sealed": sealed})


@attack(
    "a paper pointed to a compartment of a lower level",
    show("salary"),
    get("salary"),
    LIST,
    by=STATED,
)
def _(s):
    lower = s.one("select compartment_id from documents where id=?", s.document("a"))
    s.put("documents", {"id": s.document("salary")}, {"compartment_id": lower})


@attack("a paper given to another client", show("a"), get("a"), LIST, by=STATED)
def _(s):
    s.put("documents", {"id": s.document("a")}, {"client_id": s.client("c")})


@attack("a paper put into another folder", show("a"), get("a"), LIST, by=STATED)
def _(s):
    other = s.one("select folder_id from documents where id=?", s.document("journal"))
    s.put("documents", {"id": s.document("a")}, {"folder_id": other})


@attack("a paper pointed to another leaf", show("a"), get("a"), LIST, by=STATED)
def _(s):
    s.sql("update documents set leaf=leaf+1 where id=?", s.document("a"))


@attack("a paper's series rewritten", show("a"), get("a"), LIST, by=STATED)
def _(s):
    s.put("documents", {"id": s.document("a")}, {"series": "own.nda"})


@attack("a paper marked as destroyed", show("a"), get("a"), by=STATED)
def _(s):
    s.put("documents", {"id": s.document("a")}, {"state": "destroyed"})


@attack("a destroyed paper marked as kept", show("gone"), get("gone"), by=STATED)
def _(s):
    s.put("documents", {"id": s.document("gone")}, {"state": "active"})


@attack(
    "due dates of a paper and its folder moved into the past",
    PURGE,
    show("journal"),
    LIST,
    by=STATED,
)
def _(s):
    s.put("documents", {"id": s.document("journal")}, {"due": "2015-01-01"})
    folder = s.one("select folder_id from documents where id=?", s.document("journal"))
    s.put("folders", {"id": folder}, {"due": "2015-01-01"})


@attack(
    "a paper that is kept put into a folder about to be destroyed",
    show("b"),
    get("b"),
    by=STATED,
    harmless=[PURGE],
)
def _(s):
    folder = s.one("select folder_id from documents where id=?", s.document("kept"))
    s.put("documents", {"id": s.document("b")}, {"folder_id": folder})


TEXT = "texts authenticate document, leaf and version; the leaf is stated"


@attack("texts of two papers exchanged", VERIFY, ("search", "CANARY"), by=TEXT)
def _(s):
    s.exchange(
        "texts",
        ("leaf", "sealed", "row_version"),
        s.document("a"),
        s.document("b"),
        "document_id",
    )


@attack("an older text put back", VERIFY, by=TEXT)
def _(s):
    s.restore_row("texts", "document_id", s.document("journal"))


@attack("a text removed", VERIFY, by=TEXT)
def _(s):
    s.sql("delete from texts where document_id=?", s.document("a"))
