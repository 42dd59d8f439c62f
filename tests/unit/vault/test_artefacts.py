import hashlib

import pytest
import zstandard

from ledgervault.errors import IntegrityViolated
from ledgervault.vault.artefacts import (
    PACKED_BYTES,
    TEXT_CHARACTERS,
    Words,
    pack_words,
    unpack_words,
)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("金额 1,280.00 元", "EInvoice"),
        ("one\ntwo\n\nthree", ""),
        ("\nbegins with a line", ""),
        ("plain", "{urn:x}Invoice"),
    ],
)
def test_words_come_back_as_they_were_read(text, root):
    assert unpack_words(pack_words(text, root)) == Words(text, root)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_nothing_read_is_nothing_kept(text):
    assert pack_words(text, "EInvoice") == b""


def test_root_cannot_reach_into_the_text():
    assert unpack_words(pack_words("text", "a\nb\r")) == Words("text", "ab")


def test_bytes_that_are_no_text_do_not_stop_a_paper():
    assert unpack_words(pack_words("name \udcff")).text == "name ?"


def test_long_text_keeps_its_beginning_within_the_bound():
    noise = hashlib.shake_128(b"text").digest(2 * TEXT_CHARACTERS + 20)
    pairs = zip(noise[::2], noise[1::2], strict=True)
    text = "".join(chr(0x4E00 + (high << 8 | low) % 20_000) for high, low in pairs)
    packed = pack_words(text)
    kept = unpack_words(packed).text
    assert PACKED_BYTES // 2 < len(packed) <= PACKED_BYTES
    assert text.startswith(kept)
    assert len(kept) > 20_000


def test_text_that_packs_well_is_cut_at_the_bound_of_characters():
    assert len(unpack_words(pack_words("字" * 2 * TEXT_CHARACTERS)).text) == (
        TEXT_CHARACTERS
    )


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no frame",
        zstandard.compress(b"x" * (8 << 20)),
        zstandard.compress(b"cut off " * 99)[:-9],
        zstandard.ZstdCompressor(write_content_size=False).compress(b"x"),
    ],
)
def test_what_was_never_packed_is_refused(packed):
    with pytest.raises(IntegrityViolated):
        unpack_words(packed)
