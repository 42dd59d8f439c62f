"""Holds, disposals, folders, clients, shares and mirrors: what is destroyed and when."""

import json

from attacks.commands import CLIENTS, DISPOSALS, HOLDS, PURGE, edit
from attacks.registry import Family
from ledgervault.crypto import labels
from ledgervault.crypto.signing import sign_labelled
from ledgervault.ledger.canonical import canonical_json

attack = Family("Orders: holds, disposals, folders, clients, mirrors")

HELD = "holds are replayed from the log and counted; the row must be the one stated"
ORDER = "the order must be the one that was logged"
ANSWER = "an answer counts only signed by its author, in his role, for this order"
STATE = "a disposal's state must follow from what was logged of it"
FOLDER = "a folder's closing is an event, proven before it is believed"
CLIENT = "a client's record must be of the version that was logged last"


def waiting(s, client="old1"):
    """Return the id of the disposal that waits for an answer on C001's papers."""
    return s.one(
        "select id from disposals where state='proposed' and client_id=?",
        s.client(client),
    )


def holds(s):
    return [row[0] for row in s.sql("select id from holds order by code")]


@attack("a hold removed", HOLDS, edit("held", "--period", "2014"), by=HELD,
        harmless=[PURGE])  # fmt: skip
def _(s):
    s.sql("delete from holds where client_id=?", s.client("held"))


@attack("a hold marked as released", HOLDS, edit("held", "--period", "2014"), by=HELD,
        harmless=[PURGE])  # fmt: skip
def _(s):
    s.sql("update holds set is_active=0")


@attack("what two holds cover exchanged", HOLDS, by="columns authenticate their row",
        harmless=[PURGE])  # fmt: skip
def _(s):
    s.exchange("holds", "sealed", *holds(s))


@attack("a hold given to another client", HOLDS, by=HELD, harmless=[PURGE])
def _(s):
    s.sql("update holds set client_id=?", s.client("a"))


@attack(
    "a hold removed and its event hidden from the index",
    HOLDS,
    edit("held", "--period", "2014"),
    by=HELD,
    harmless=[PURGE],
)
def _(s):
    s.sql(
        "delete from event_objects where object in (select lower(hex(id)) from holds)"
    )
    s.sql("delete from event_objects where object='holds'")
    s.sql("delete from holds")


@attack("a released hold put back as active", HOLDS, by=HELD, harmless=[PURGE])
def _(s):
    row = s.sql("select * from holds where client_id=?", s.client("held"))[0]
    code = s.one("select code from holds where id=?", row[0])
    s.ok("hold", "release", code, "--reason", "x")
    s.sql("update holds set is_active=1, sealed=?, row_version=? where id=?",
          row[4], row[5], row[0])  # fmt: skip


def reorder(s, change):
    order = json.loads(s.one('select "order" from disposals where id=?', waiting(s)))
    change(order)
    s.put("disposals", {"id": waiting(s)}, {"order": canonical_json(order)})


@attack("a paper added to a disposal order", PURGE, by=ORDER)
def _(s):
    row = s.sql("select leaf, row_version, due from documents where id=?",
                s.document("journal"))[0]  # fmt: skip
    reorder(s, lambda o: o["items"].append([s.document("journal").hex(), *row]))


@attack("the approvals an order asks for taken away", PURGE, by=ORDER)
def _(s):
    reorder(s, lambda order: order.update(approvals=[["cashier", 1]]))


@attack("the grace of an order shortened", PURGE, by=ORDER)
def _(s):
    reorder(s, lambda order: order.update(grace_days=-1, proposed_on="2001-01-01"))


@attack("orders of two disposals exchanged", PURGE, by=ORDER)
def _(s):
    other = s.one("select id from disposals where state='rejected'")
    s.exchange("disposals", "order", waiting(s), other)


@attack("an order pointed to another folder", PURGE, by=ORDER)
def _(s):
    folder = s.one("select folder_id from documents where id=?", s.document("journal"))
    s.put("disposals", {"id": waiting(s)}, {"folder_id": folder})


@attack("an order pointed to another client", PURGE, by=ORDER)
def _(s):
    s.put("disposals", {"id": waiting(s)}, {"client_id": s.client("c")})


@attack("an order nobody logged", PURGE, DISPOSALS, by=ORDER)
def _(s):
    columns = 'client_id, folder_id, state, "order", sealed, row_version'
    s.sql(
        f"insert into disposals (id, code, {columns}) select randomblob(16),"
        f" 'X-00000000', {columns} from disposals where id=?",
        waiting(s),
    )


@attack("a disposal marked as being executed", PURGE, by=STATE)
def _(s):
    s.put("disposals", {"id": waiting(s)}, {"state": "executing"})


@attack(
    "a disposal of other papers marked as being executed",
    PURGE,
    by=STATE,
)
def _(s):
    row = s.sql("select leaf, row_version, due from documents where id=?",
                s.document("a"))[0]  # fmt: skip
    reorder(s, lambda o: o.update(items=[[s.document("a").hex(), *row]]))
    s.put("disposals", {"id": waiting(s)}, {"state": "executing"})


@attack("a rejected disposal marked as proposed", PURGE, DISPOSALS, by=STATE)
def _(s):
    s.sql("update disposals set state='proposed' where state='rejected'")


@attack(
    "a rejected disposal marked as proposed and the rejection removed",
    PURGE,
    DISPOSALS,
    by=STATE,
)
def _(s):
    rejected = s.one("select id from disposals where state='rejected'")
    s.sql("update disposals set state='approved' where id=?", rejected)
    s.sql("delete from approvals where disposal_id=?", rejected)


@attack("a rejection rewritten as an approval", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    s.sql("update disposals set state='approved' where state='rejected'")
    s.sql("update approvals set answer='approve' where answer='reject'")


def answer(s, *, signature, user=None, role="owner", at="2026-01-01T00:00:00+00:00"):
    s.sql(
        "insert into approvals values (?, ?, ?, 'approve', ?, ?)",
        waiting(s),
        user or s.owner()[0],
        role,
        at,
        signature,
    )


def signed(s, at="2026-01-01T00:00:00+00:00"):
    order = s.one('select "order" from disposals where id=?', waiting(s))
    message = canonical_json({"order": order.decode(), "answer": "approve", "at": at})
    return sign_labelled(s.stranger, labels.APPROVAL, message)


@attack("an approval without a signature", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    answer(s, signature=b"\0" * 64)


@attack("an approval signed by a stranger in the owner's name", PURGE, DISPOSALS,
        by=ANSWER)  # fmt: skip
def _(s):
    answer(s, signature=signed(s))


@attack("an approval by a user nobody admitted", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    answer(s, signature=signed(s), user=s.stranger.identity_id)


@attack("an approval copied from another order", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    s.sql(
        "insert into approvals select ?, user_id, role, answer, at, signature from"
        " approvals where answer='approve'",
        waiting(s),
    )


@attack("the day of an approval moved back", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    code = s.one("select code from disposals where id=?", waiting(s))
    s.ok("disposal", "approve", code)
    s.sql("update approvals set at='2020-01-01T00:00:00+00:00'")


@attack("the role of an approver rewritten", PURGE, DISPOSALS, by=ANSWER)
def _(s):
    code = s.one("select code from disposals where id=?", waiting(s))
    s.ok("disposal", "approve", code)
    s.sql("update approvals set role='partner'")


@attack(
    "a closed folder marked as open",
    edit("closed", "--title", "x"),
    by=FOLDER,
)
def _(s):
    s.sql("update folders set state='open' where state='archived'")


@attack(
    "a closed folder marked as open, then a paper put in",
    ("ingest", "ROOT/late/记账凭证_2025年02月.txt", "--client", "C004"),
    by=FOLDER,
)
def _(s):
    s.sql("update folders set state='open' where state='archived'")
    late = s.root / "late" / "记账凭证_2025年02月.txt"
    late.parent.mkdir(exist_ok=True)
    late.write_text("late")


@attack("an older client record put back", CLIENTS, ("client", "show", "C001"),
        by=CLIENT)  # fmt: skip
def _(s):
    s.restore_row("clients", "id", s.client("a"))


@attack(
    "records of two clients exchanged", CLIENTS, by="columns authenticate their row"
)
def _(s):
    s.exchange("clients", "sealed", s.client("a"), s.client("c"))


@attack(
    "the agency exchanged for a client", DISPOSALS, by="the founding event states it"
)
def _(s):
    s.sql("update facts set value=? where name='agency'", s.client("a"))


@attack("titles of two folders exchanged", ("archive", "--client", "C001", "--dry-run"),
        by="columns authenticate their row")  # fmt: skip
def _(s):
    rows = s.sql("select distinct folder_id from documents where client_id=?",
                 s.client("a"))  # fmt: skip
    s.exchange("folders", "sealed", rows[0][0], rows[1][0])


@attack(
    "a share's record edited", ("shares", "list"), by="columns authenticate their row"
)
def _(s):
    s.flip("shares", "sealed", -1, "row_version", 1)


@attack(
    "the day a share ends moved", ("shares", "list"), by="the sealed record says it too"
)
def _(s):
    s.sql("update shares set expires_on='2099-01-01'")


@attack("a mirror's place edited", ("backup", "run", "TARGET"),
        by="columns authenticate their row")  # fmt: skip
def _(s):
    s.flip("mirrors", "sealed", -1, "row_version", 1)


@attack(
    "a mirror forgotten, so that a certificate would be final",
    PURGE,
    by="mirrors are counted in the log",
)
def _(s):
    s.sql("delete from mirrors")
