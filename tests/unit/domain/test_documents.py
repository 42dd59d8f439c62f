"""Details of a document in their sealed form."""

import pytest

from ledgervault.domain.documents import DocumentDetails
from ledgervault.errors import IntegrityViolated

DETAILS = DocumentDetails(
    title="发票",
    name="a\udcff.pdf",
    path="a\udcff.pdf",
    type="invoice",
    level="confidential",
    period=None,
    mime="application/pdf",
    size=3,
    rule="cn.voucher.invoice",
    is_inbox=True,
    has_client=True,
    ingested_at="2026-11-24T00:00:00+00:00",
    ingested_by="00",
    fields={"number": "1"},
)


def test_sealed_form_gives_the_details_back_whatever_later_versions_add():
    sealed = {**DETAILS.as_json(), "added_later": 1}
    assert DocumentDetails.from_json(sealed) == DETAILS


def test_sealed_form_that_lacks_what_every_document_has_is_damage():
    sealed = DETAILS.as_json()
    del sealed["title"]
    with pytest.raises(IntegrityViolated) as caught:
        DocumentDetails.from_json(sealed)
    assert caught.value.code == "catalogue.damaged"
