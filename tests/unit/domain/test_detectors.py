import pytest

from ledgervault.domain.detecting.cards import valid_card_numbers
from ledgervault.domain.detectors import detect, find_values

RESIDENT = "440498199612240559"  # a district that nobody is issued
RESIDENT_X = "51019819960527228X"
USCC = "91310197MADYAYJMXE"
CARD = "6299989261177346157"
IBAN = "GB29NWBK60161331926819"
EINVOICE = "26352000000634515465"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"身份证号：{RESIDENT}。", {"resident_id": 1}),
        (f"{RESIDENT_X}", {"resident_id": 1}),
        (f"({RESIDENT_X.lower()})", {"resident_id": 1}),
        (f"统一社会信用代码:{USCC}\n", {"uscc": 1}),
        ("电话13800001234，", {"mobile": 1}),
        ("138 0000 1234", {"mobile": 1}),
        ("138-0000-1234", {"mobile": 1}),
        (f"卡号 {CARD},", {"bank_card": 1}),
        ("6200 0075 1618 9167 313", {"bank_card": 1}),
        ("4000-0566-5566-5556", {"bank_card": 1}),
        (f"发票号码：{EINVOICE}", {"einvoice_no": 1}),
        (f"IBAN {IBAN}", {"iban": 1}),
        ("IBAN DE89 3704 0044 0532 0130 00. Ende", {"iban": 1}),
        ("BE68 5390 0754 7034 BIC", {"iban": 1}),
    ],
)
def test_valid_identifiers_are_found(text, found):
    assert detect(text) == found
    assert detect(text.encode()) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "货款 123.45",
        "138****1234",
        f"6{CARD}",
        f"{CARD}1234",
        f"x{CARD}",
        "13800001234.50",
        "4000 0566 5566 5556.00",
        "1-4000-0566-5566-5556",
        "6299989261177346150",
        "5019019905134492025",
        "<TaxBureauCode>13502000000</TaxBureauCode>",
        "12345678901",
        "440498199613240559",
        "440498199612240550",
        "91310197MADYAYJMXA",
        "374795264886204508",
        "10352000000634515465",
        "26052000000634515465",
        "GB29NWBK60161331926810",
        "GB29 NWBK 6016 1331 9268 10",
        "4ABCDEFABCDEFABC",
        "A" * 40,
        "ABCDEFGHIJKL",
        "A1B2C3D4E5F6G7H8I9",
        "1A2B3C4D5E6F",
    ],
)
def test_masked_broken_and_embedded_numbers_are_no_finds(text):
    assert detect(text) == {}


def uscc_of(head):
    """Complete eight characters to a code with both its check characters."""
    from stdnum.cn import uscc

    for code in range(10**8, 10**8 + 500):
        text = f"{head}{code}"
        text += uscc.calc_check_digit(text)
        if detect(text):
            return text
    raise AssertionError(head)


def test_codes_of_village_collectives_begin_with_a_letter():
    assert detect(uscc_of("N2330106")) == {"uscc": 1}


def test_a_number_is_found_at_either_end_and_beside_other_text():
    for text in (CARD, f"{CARD} ", f" {CARD}", f"户{CARD}号", f"A:{CARD};B"):
        assert detect(text) == {"bank_card": 1}, text


def test_many_candidates_of_every_length_are_sifted_alike():
    serials = [f"{number:0{width}d}" for width in range(9, 24) for number in range(50)]
    assert detect("\n".join(serials)) == {}
    text = "\n".join([*serials, CARD, RESIDENT, USCC, EINVOICE, IBAN, "13800001234"])
    found = detect(text)
    assert {name: found[name] for name in ("resident_id", "uscc", "iban")} == {
        "resident_id": 1,
        "uscc": 1,
        "iban": 1,
    }
    assert found["mobile"] == found["bank_card"] == found["einvoice_no"] == 1


def test_a_person_s_number_is_neither_company_nor_card():
    assert detect(f"{RESIDENT} {RESIDENT_X}") == {"resident_id": 2}


def test_counts_are_of_distinct_values():
    text = f"{CARD}\n{CARD}\n6200 0075 1618 9167 313\n6200007516189167313"
    assert detect(text) == {"bank_card": 2}


def test_values_are_normalised_and_sorted():
    assert find_values("138 0000 1234 13700001234", "mobile") == [
        "13700001234",
        "13800001234",
    ]
    assert find_values(RESIDENT_X.lower(), "resident_id") == [RESIDENT_X]


def test_counting_stops_at_the_limit():
    text = "\n".join(f"138{number:08d}" for number in range(50))
    assert detect(text, limit=7) == {"mobile": 7}


def test_text_that_is_no_utf8_is_searched():
    assert detect("\udcff13800001234") == {"mobile": 1}


def test_card_numbers_need_length_prefix_and_check_digit():
    good = b"4000056655665556"
    bad = [
        b"4000056655665557",
        b"1000056655665556",
        b"400005665566555",
        b"4" + b"A" * 15,
    ]
    assert valid_card_numbers([good, *bad]) == [good]
    assert valid_card_numbers([]) == []


def test_runs_of_lengths_that_no_identifier_has_are_passed_over():
    assert detect("X" * 33 + " 13800138000") == {"mobile": 1}
