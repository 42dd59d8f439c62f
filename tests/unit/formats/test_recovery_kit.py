"""What is printed can be read again: by a scanner, by a person, by the program."""

import base64
import hashlib
import html.parser
import re

import numpy as np
import pytest
import zxingcpp

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.kit_records import (
    find_kit_record,
    find_recovery_code,
    kit_lines,
    seal_kit,
)
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.formats.recovery_kit import RecoveryKit, kit_file
from ledgervault.formats.sanitising import display_width

WHO = Identity(bytes(range(16)), IdentitySeed(bytes(range(32))))
CODE = generate_recovery_code()
RECORD = seal_kit(WHO, CODE, vault=bytes([7]) * 16)
KIT = RecoveryKit(
    "07" * 16,
    '<b onload="x">所有者\x1b[31m',
    WHO.public.fingerprint(),
    "2026-11-24",
    CODE,
    kit_lines(RECORD),
)
SCALE = 6
PATH = re.compile(r"M(\d+) (\d+)h(\d+)v1H\d+z")


def scanned(dark):
    image = 255 * (1 - np.asarray(dark, dtype=np.uint8))
    large = np.kron(image, np.ones((SCALE, SCALE), dtype=np.uint8))
    found = zxingcpp.read_barcodes(large)
    assert len(found) == 1
    return found[0].text


def symbols_of_page(page):
    for size, drawn in re.findall(
        r'viewBox="0 0 (\d+) \d+".*?fill="#000" d="(.*?)"', page
    ):
        dark = np.zeros((int(size), int(size)), dtype=np.uint8)
        for start, row, length in PATH.findall(drawn):
            dark[int(row), int(start) : int(start) + int(length)] = 1
        yield dark


def symbols_of_text(text):
    for block in re.findall(r"(?:^ .*[▀▄█].*\n)+", text, re.MULTILINE):
        lines = block.splitlines()
        width = max(map(len, lines)) + 4
        rows = [np.zeros(width)] * 4
        for line in (line.ljust(width) for line in lines):
            rows.append(np.asarray([sign in "▀█" for sign in line]))
            rows.append(np.asarray([sign in "▄█" for sign in line]))
        yield np.stack([*rows, *[np.zeros(width)] * 4])


@pytest.fixture(params=[".html", ".txt", ".HTM", ""])
def text(request):
    return kit_file(KIT, request.param).decode()


def test_a_scanner_reads_code_and_record_from_every_form(text):
    symbols = symbols_of_page(text) if "<svg" in text else symbols_of_text(text)
    code, record = map(scanned, symbols)
    assert code == CODE
    assert find_kit_record(record) == RECORD


def test_the_file_itself_gives_back_code_and_record(text):
    assert find_recovery_code(text) == CODE
    assert find_kit_record(text) == RECORD


def test_both_languages_tell_vault_identity_date_and_every_step(text):
    for words in (KIT.vault, KIT.fingerprint, KIT.made_on, "所有者"):
        assert words in text
    for command in ("key recovery restore", "backup restore", "verify --read-data"):
        assert text.count(command) == 2
    assert ("When the machine is lost" in text, "设备丢失时" in text) == (True, True)


def test_text_form_fits_a_sheet(text):
    if "<svg" not in text:
        assert max(map(display_width, text.splitlines())) <= 84


class Elements(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def test_page_runs_and_loads_nothing():
    page = kit_file(KIT, ".html").decode()
    elements = Elements()
    elements.feed(page)
    tags = {tag for tag, _attributes in elements.seen}
    attributes = {name for _tag, given in elements.seen for name in given}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "form", "base"})
    assert not {one for one in attributes if one.startswith("on") or one == "style"}
    assert attributes.isdisjoint({"src", "href", "srcset"})
    (policy,) = [
        given["content"] for _tag, given in elements.seen if "http-equiv" in given
    ]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert ("url(" in style, "@import" in style) == (False, False)
    assert "size: A4" in style
    assert "\x1b" not in page


def test_the_secrets_do_not_show_in_a_traceback():
    assert CODE not in repr(KIT)
    assert KIT.record[3] not in repr(KIT)
