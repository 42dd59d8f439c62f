"""Every identifier: what is found, and the near miss that is not. Numbers are invented."""

import re

import pytest

from ledgervault.domain.detecting.foreign import (
    IBAN_LENGTHS,
    VAT_COUNTRIES,
    hkid,
    vat_number,
)
from ledgervault.domain.detectors import DETECTORS, detect, find_values

FINDS = [
    ("身份证 110101190001010014", "resident_id"),
    ("身份证 11010119000101009X", "resident_id"),
    ("身份证 110101 19000101 0014", "resident_id"),
    ("身份证号：１１０１０１１９０００１０１００１４", "resident_id"),
    ("统一社会信用代码 91350100M000100Y43", "uscc"),
    ("纳税人识别号：350100M000100Y4", "taxpayer_id"),
    ("税号 11010119000101001401", "taxpayer_id"),
    ("电话 13900000000", "mobile"),
    ("手机：+8613900000000", "mobile"),
    ("手机：86-139-0000-0000", "mobile"),
    ("测试卡 6200000000000005", "bank_card"),
    ("测试卡 620000 0000000005", "bank_card"),
    ("发票号码 25312000000000000001", "einvoice_no"),
    ("发票代码：3700231150 发票号码：95672132", "legacy_invoice"),
    ("发票代码 037002400211\n发票号码 41595474", "legacy_invoice"),
    ("发票号码,发票代码\n41595474 037002400211", "legacy_invoice"),
    ("IBAN GB82WEST12345698765432", "iban"),
    ("NO93 8601 1117 947", "iban"),
    ("USt-IdNr.: DE100000008", "vat_de"),
    ("USt-IdNr. DE 100 000 008", "vat_de"),
    ("UID ATU12345675", "vat_at"),
    ("TVA FR88100000009", "vat_fr"),
    ("partita iva IT00743110157", "vat_it"),
    ("BTW nr. BE 0403019261", "vat_be"),
    ("VAT Reg No. GB 100 0000 34", "vat_gb"),
    ("GB100000034", "vat_gb"),
    ("VAT number 100 0000 89", "vat_gb"),
    ("123-45-6789", "ssn"),
    ("Social security number 123456789", "ssn"),
    ("SSN: 123 45 6789", "ssn"),
    ("900-70-0000", "itin"),
    ("ITIN 900700000", "itin"),
    ("EIN: 12-3456789", "ein"),
    ("Employer identification number\n12-3456789", "ein"),
    ("ACH routing 123456780", "aba"),
    ("NINO AB123456C", "nino"),
    ("AB 12 34 56 C", "nino"),
    ("UTR 1123456789", "utr"),
    ("unique taxpayer reference: 11234 56789", "utr"),
    ("A123456(3)", "hkid"),
    ("香港身份證 A123456（3）", "hkid"),
    ("HKID AB9876543", "hkid"),
    ("NRIC S1234567D", "nric"),
    ("TFN 123 456 782", "tfn"),
    ("Tax file number: 123456782", "tfn"),
    ("ABN 51 824 753 556", "abn"),
    ("ABN: 51824753556", "abn"),
    ("マイナンバー 1234 5678 9018", "my_number"),
    ("個人番号：123456789018", "my_number"),
]


@pytest.mark.parametrize(("text", "detector"), FINDS)
def test_valid_value_is_found_once_and_as_nothing_else(text, detector):
    assert detect(text) == {detector: 1}


@pytest.mark.parametrize(
    "text",
    [
        "身份证 110101190001010015",
        "身份证 110101190002300014",
        "身份证 990101190001010014",
        "统一社会信用代码 91350100M000100Y4Z",
        "纳税人识别号：350100M000100Y5",
        "350100M000100Y4",
        "电话 12900000000",
        "8613900000000",
        "测试卡 6200000000000006",
        "发票号码 2531200000000000001",
        "校验码：25312000000000000001",
        "3700231150 95672132",
        "发票代码：9900231150 发票号码：95672132",
        "IBAN GB82WEST12345698765433",
        "USt-IdNr.: DE100000009",
        "TVA FR89100000009",
        "IT00743110157",
        "VAT Reg No. GB 100 0000 35",
        "100 0000 34",
        "666-45-6789",
        "123 45 6789",
        "123456789",
        "078-05-1120",
        "900-69-0000",
        "12-3456789",
        "EIN: 07-3456789",
        "routing 123456789",
        "123456780",
        "AB123456C",
        "NINO QQ123456A",
        "NINO AB123456E",
        "UTR 2123456789",
        "1123456789",
        "A123456(4)",
        "A1234563",
        "NRIC S1234567A",
        "NRIC A1234567D",
        "TFN 123456789",
        "123456782",
        "ABN 51 824 753 557",
        "51 824 753 556",
        "マイナンバー 123456789017",
        "123456789018",
    ],
)
def test_wrong_check_digit_or_missing_word_is_no_find(text):
    assert detect(text) == {}


def test_every_detector_has_a_find_that_proves_it():
    proven = {detector for _text, detector in FINDS}
    without_check_of_ours = {f"vat_{country}" for country in VAT_COUNTRIES}
    assert set(DETECTORS) - proven <= without_check_of_ours
    assert len(set(DETECTORS)) == len(DETECTORS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EIN: 12-3456789\nACH: routing 123456780, account 123456782", {"ein", "aba"}),
        ("routing 123456780 · TFN 123456782", {"aba", "tfn"}),
        ("SSN on file; order no. 123456789", set()),
        ("123456782 (TFN)", {"tfn"}),
        ("ein Haus mit 12-3456789 Steinen", set()),
        ("SSN" + " " * 200 + "123456789", set()),
    ],
)
def test_nearest_word_names_a_number(text, found):
    assert set(detect(text)) == found


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_head_of_a_column_names_the_numbers_below(delimiter):
    rows = [
        "name X TFN X customer".replace("X", delimiter),
        *(delimiter.join(["A" * 90, "123456782", "876543210"]) for _again in range(30)),
    ]
    assert detect("\n".join(rows)) == {"tfn": 1}


def test_head_of_a_column_is_looked_for_in_the_bytes_of_gb18030_too():
    rows = "单位,纳税人识别号\n" + "丙" * 60 + ",350100M000100Y4\n"
    assert detect(rows.encode("gb18030")) == {"taxpayer_id": 1}


def test_numbers_in_wide_characters_and_odd_blanks_are_found():
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in "6200000000000005")
    assert detect(f"卡号 {wide}") == {"bank_card": 1}
    assert detect("IBAN GB82\u00a0WEST\u00a01234\u00a05698\u00a07654\u00a032") == {
        "iban": 1
    }
    assert detect("SSN 123\u201145\u20116789") == {"ssn": 1}
    assert detect("139\u200b0000\u200b0000") == {"mobile": 1}


def test_bytes_of_another_encoding_are_searched_as_they_are():
    raw = "“卡号” 6200000000000005".encode("gb18030") + b"\xe2\xef\xc2"
    assert detect(raw) == {"bank_card": 1}
    cut = ("“" + "款" * 2000).encode()[:4095] + "６".encode()
    assert detect(cut) == {}
    assert detect(b"\xe2\x80\x9c" * 1400 + b"\xff" + "６".encode()) == {}


def test_numbers_in_the_wrong_groups_are_no_finds():
    assert detect("SSN 123.45.6789") == {}
    assert detect("1-123-45-6789") == {}
    assert detect("123-45-6789-1") == {}
    assert detect("123-45-6789.5") == {}


def test_counting_in_groups_and_codes_stops_at_the_limit():
    many = "\n".join(f"123-45-{number:04d}" for number in range(6000, 6050))
    assert detect(many, limit=7) == {"ssn": 7}
    codes = "发票代码\n" + "\n".join(f"3700231150 956721{n:02d}" for n in range(50))
    assert detect(codes, limit=7) == {"legacy_invoice": 7}


def test_the_same_code_and_number_count_once():
    twice = "发票代码 3700231150 发票号码 95672132\n" * 2
    assert find_values(twice, "legacy_invoice") == ["370023115095672132"]


def test_member_states_numbers_have_detectors_of_their_own():
    assert {"vat_de", "vat_gb", "vat_el", "vat_se"} <= set(DETECTORS)
    assert find_values("vat EL094259216", "vat_el") == ["EL094259216"]


def test_first_column_has_a_head_too():
    rows = "TFN,name\n" + "x" * 20 + "\n" + f"123456782,{'A' * 90}\n" * 3
    assert detect(rows) == {"tfn": 1}


def test_cells_written_one_a_line_have_their_head_above():
    cells = "\n".join(["Name", "TFN", *["Ada Winter"] * 30, "123456782"])
    assert detect(cells) == {"tfn": 1}
    prose = "TFN\n" + "x" * 60 + "\n" + "long line " * 9 + "123456782" + " more" * 9
    assert detect(prose) == {}


def test_number_in_a_line_too_long_for_a_row_has_no_column():
    line = "TFN;" + "x" * 2000 + ";123456782;" + "y" * 2000
    assert detect(line) == {}


def test_word_behind_a_number_names_it_only_where_none_stands_before():
    assert detect("routing: 123456782 TFN") == {}
    assert detect("123456782 is the TFN") == {"tfn": 1}


def test_groups_of_an_account_are_no_card():
    account = "DE53 5100 0000 0000 0008 00"
    assert detect(account) == {"iban": 1}
    assert detect("5100 0000 0000 0008") == {"bank_card": 1}


def test_number_that_is_named_once_counts_though_it_stood_elsewhere_before():
    assert detect("x" * 200 + " 123456782 " + "y" * 200 + " TFN 123456782") == {
        "tfn": 1
    }


def test_letters_where_a_code_has_digits_are_no_code():
    assert detect("发票代码 37002311AB 95672132") == {}
    assert detect("发票代码 3700231150") == {}


def test_lengths_of_accounts_are_those_of_the_registry():
    from stdnum import iban

    assert len(IBAN_LENGTHS) > 80
    for country, length in IBAN_LENGTHS.items():
        digits = country + "00" + "0" * (length - 4)
        info = iban._ibandb.info(digits)[0][1]
        if info:
            known = sum(int(one[:-2]) for one in re.findall(r"\d+!.", info["bban"]))
            assert known + 4 == length, country


def test_prefix_of_no_member_state_is_no_vat_number():
    assert vat_number(b"CH123456789") == b""


def test_letters_in_the_wrong_places_are_no_identity_card():
    assert detect("HKID A12345BA") == {}
    assert detect("HKID AB9876B3") == {}
    assert hkid(b"A12345B3") == b""


def test_word_in_a_long_line_heads_nothing():
    assert detect("TFN " + "long line " * 20 + "\n\n" + "x\n" * 80 + "123456782") == {}


def test_first_groups_of_a_longer_card_are_no_card():
    head = "6200000000000005"
    card = next(
        head + rest
        for rest in map("{:03d}".format, range(1000))
        if detect(head + rest) == {"bank_card": 1}
    )
    grouped = " ".join(card[place : place + 4] for place in range(0, 19, 4))
    assert find_values(grouped, "bank_card") == [card]
