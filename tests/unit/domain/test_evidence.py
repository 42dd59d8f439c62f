import pytest

from ledgervault.domain.evidence import (
    Evidence,
    confidence_of,
    is_name_honest,
    strength_of,
)


def test_stronger_evidence_is_surer_and_agreement_adds():
    kinds = [
        Evidence.NOTHING,
        Evidence.CIRCUMSTANCE,
        Evidence.NAME,
        Evidence.TEXT,
        Evidence.TEXT | Evidence.NAME,
        Evidence.TITLE,
        Evidence.TITLE | Evidence.NAME,
        Evidence.STRUCTURE,
    ]
    sure = [confidence_of(kind) for kind in kinds]
    assert sure == sorted(set(sure))
    assert sure[0] == 0
    assert sure[-1] < 1
    strengths = [strength_of(kind) for kind in kinds]
    assert strengths == sorted(strengths)


def test_a_weaker_kind_beside_a_stronger_one_changes_nothing():
    both = Evidence.TITLE | Evidence.TEXT | Evidence.CIRCUMSTANCE
    assert strength_of(both) == strength_of(Evidence.TITLE)
    assert confidence_of(Evidence.STRUCTURE | Evidence.NAME) == 0.99


@pytest.mark.parametrize(
    ("name", "mime", "is_honest"),
    [
        ("发票.pdf", "application/pdf", True),
        ("发票.PDF", "text/plain", False),
        ("发票.xml", "text/html", False),
        ("发票.jpg", "text/plain", False),
        ("图片.jpg", "application/pdf", True),
        ("明细.csv", "text/plain", True),
        ("合同.docx", "application/octet-stream", True),
        ("空.txt", "application/x-empty", False),
    ],
)
def test_name_is_honest_where_content_may_be_what_it_claims(name, mime, is_honest):
    assert is_name_honest(name, mime) is is_honest
