import pytest

from ledgervault.domain.invoices import (
    InvoiceFields,
    InvoiceMark,
    complete,
    mark_invoice,
    parse_date,
    parse_invoice,
)

NUMBER = "25352000000101398161"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-05-22 10:12:39", "2025-05-22"),
        ("2025年5月2日", "2025-05-02"),
        ("开票日期: 2025 年 05 月 22 日", "2025-05-22"),
        ("20250522", "2025-05-22"),
        ("20250522101239", "2025-05-22"),
        ("2025/5/22", "2025-05-22"),
        ("22.05.2025", ""),
        ("2025-02-30", ""),
        ("202505221", ""),
        ("", ""),
    ],
)
def test_a_day_is_read_or_left_out(text, day):
    assert parse_date(text) == day


def test_what_an_invoice_states_is_normalised():
    found = parse_invoice(
        {
            "number": " 2535 2000000101398161\n",
            "date": "2025年01月13日",
            "seller": "  暮帆\n建筑 ",
            "seller_id": " 91350797ma9fnbf08a",
            "amount": "¥251,124.50",
            "tax": "12.5%",
            "total": "- 3.00",
            "currency": "cny",
        }
    )
    assert found == InvoiceFields(
        number=NUMBER,
        date="2025-01-13",
        seller="暮帆 建筑",
        seller_id="91350797MA9FNBF08A",
        amount="251124.50",
        total="-3.00",
        currency="CNY",
    )


@pytest.mark.parametrize("number", ["", "   ", "1" * 41])
def test_there_is_no_invoice_without_a_number_or_with_an_endless_one(number):
    assert parse_invoice({"number": number, "seller": "A"}) is None


def test_the_code_of_a_roll_belongs_to_an_old_number_only():
    assert parse_invoice({"number": "95672132", "code": "3700231150"}).number == (
        "370023115095672132"
    )
    assert parse_invoice({"number": NUMBER, "code": "3700231150"}).number == NUMBER
    assert parse_invoice({"number": "95672132", "code": "A-1"}).number == "95672132"


def test_a_currency_that_is_none_is_left_out():
    assert parse_invoice({"number": "1", "currency": "euro"}).currency == ""


def test_only_what_is_known_becomes_a_field():
    known = InvoiceFields("7", date="2026-01-02", seller_id="DE1", buyer_id="DE2")
    assert known.as_fields() == {
        "number": "7",
        "document_date": "2026-01-02",
        "seller_tax_id": "DE1",
        "buyer_tax_id": "DE2",
    }


def test_statements_of_one_invoice_fill_each_other_and_the_first_is_believed():
    first = InvoiceFields("7", seller="A")
    second = InvoiceFields("7", seller="B", total="3.00")
    assert complete(None, first, second) == InvoiceFields("7", seller="A", total="3.00")


def test_a_statement_of_another_invoice_adds_nothing():
    assert complete(InvoiceFields("7"), InvoiceFields("8", seller="B")) == (
        InvoiceFields("7")
    )


def test_no_statement_is_no_invoice():
    assert complete(None, None) is None


@pytest.mark.parametrize(
    ("number", "is_digital"),
    [
        (NUMBER, True),
        ("03700240021141595474", False),
        ("14403210911012345678", False),
        ("2535200000010139816", False),
        ("2535200000010139816A", False),
    ],
)
def test_numbers_of_fully_digital_invoices_are_told_from_a_code_and_a_number(
    number, is_digital
):
    assert InvoiceFields(number).is_fully_digital is is_digital


def test_a_number_that_is_not_unique_needs_its_seller():
    assert InvoiceFields(NUMBER).identity == NUMBER
    assert InvoiceFields("R-1").identity == ""
    one = InvoiceFields("R-1", seller="A GmbH", seller_id="DE1").identity
    other = InvoiceFields("R-1", seller="A GmbH").identity
    assert one == InvoiceFields("r-1", seller_id="de1").identity
    assert len({one, other, ""}) == 3


@pytest.mark.parametrize(
    ("form", "holds_xml", "needs_twin"),
    [
        ("xml", False, False),
        ("pdf", False, True),
        ("ofd", False, True),
        ("ofd", True, False),
    ],
)
def test_a_printed_form_needs_its_original(form, holds_xml, needs_twin):
    mark = mark_invoice(InvoiceFields(NUMBER), form=form, holds_xml=holds_xml)
    assert mark == InvoiceMark(NUMBER, form, needs_twin)


def test_an_old_invoice_has_no_xml_original():
    old = InvoiceFields("370023115095672132", seller="A")
    assert mark_invoice(old, form="pdf", holds_xml=False).needs_twin is False


@pytest.mark.parametrize(
    ("fields", "form"),
    [(None, "pdf"), (InvoiceFields(NUMBER), ""), (InvoiceFields("R-1"), "pdf")],
)
def test_what_nobody_can_tell_apart_is_not_marked(fields, form):
    assert mark_invoice(fields, form=form, holds_xml=False) is None
