import dataclasses

from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.domain.tray import named_client, reasons_of

FILED = DocumentDetails(
    title="t",
    name="扫描件.pdf",
    path="待整理/扫描件.pdf",
    type="invoice",
    level="confidential",
    period="2026-03",
    mime="application/pdf",
    size=1,
    rule="cn.invoice",
    is_inbox=False,
    has_client=True,
    ingested_at="2026-11-23T00:00:00+00:00",
    ingested_by="00",
)
CLIENTS = (
    Client("C001", "清河茶叶有限公司", folders=("清河",)),
    Client("C002", "Maple Books Ltd", folders=("US",)),
)


def paper(**facts):
    return dataclasses.replace(FILED, **facts)


def test_a_filed_paper_waits_for_nothing():
    assert reasons_of("cn.voucher.source", FILED) == ()
    assert reasons_of("cn.voucher.source", paper(confidence=0.95)) == ()


def test_every_open_question_is_a_reason_the_most_pressing_first():
    waiting = paper(has_client=False, period=None, confidence=0.4)
    assert reasons_of("unclassified", waiting) == (
        "unclassified",
        "unknown client",
        "unknown period",
        "low confidence",
    )


def test_a_client_is_named_by_name_or_folder_in_any_width():
    assert named_client("购买方：清河茶叶有限公司", CLIENTS) == "C001"
    assert named_client("清河 3月.pdf", CLIENTS) == "C001"
    assert named_client("to ＭＡＰＬＥ books ltd", CLIENTS) == "C002"


def test_no_client_is_named_by_two_names_or_by_short_ones():
    assert named_client("清河茶叶有限公司 Maple Books Ltd", CLIENTS) is None
    assert named_client("US dollars", CLIENTS) is None
    assert named_client("nobody", CLIENTS) is None
