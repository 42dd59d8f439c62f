"""What a guesser tries first is refused; what is left over is not."""

import pytest

from ledgervault.crypto.guessing import what_is_left
from ledgervault.crypto.passphrases import (
    generate_passphrase,
    verify_passphrase_strength,
)
from ledgervault.errors import UsageInvalid

ABOUT = ("鹿垄财务", "Harbour & Finch Ltd", "wang.min")


def why(passphrase):
    with pytest.raises(UsageInvalid) as caught:
        verify_passphrase_strength(passphrase, ABOUT)
    assert caught.value.code == "passphrase.weak"
    assert passphrase not in caught.value.message + caught.value.hint
    return caught.value.message.partition(": ")[2]


@pytest.mark.parametrize(
    "strong",
    [
        "correct horse battery staple",
        "我家住在黄土高坡上头的那棵树",
        "brindle 墨鱼 canary ox",
        "tqmvxkzprwsn",
        "a8k2m9x4q7w1",
        "Ω≈ç√∫˜µ≤ exotic",
        "my dog was born 2019-03-04 in kiel",
        "7 Zwerge, 40 Räuber, 1001 Nacht",
    ],
)
def test_passphrase_that_is_no_pattern_is_accepted(strong):
    verify_passphrase_strength(strong, ABOUT)


def test_what_is_offered_is_always_accepted():
    for _ in range(300):
        verify_passphrase_strength(generate_passphrase(), ABOUT)


@pytest.mark.parametrize("short", ["", "tqmvxkzprws", "é" * 3, "e\u0301" * 11])
def test_short_passphrase_is_refused(short):
    with pytest.raises(UsageInvalid, match="fewer than 12 characters"):
        verify_passphrase_strength(short)


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ("password123456", "most of it is among the commonest words"),
        ("P@ssw0rd2024!!", "most of it is among the commonest words"),
        ("letmein dragon", "most of it is among the commonest words"),
        ("zhangsan1990", "most of it is among the commonest words"),
        ("ｐａｓｓｗｏｒｄ１２３４", "most of it is among the commonest words"),
        ("qwertyuiop[]12", "most of it is a row of keys or letters"),
        ("1qaz2wsx3edc4", "most of it is a row of keys or letters"),
        ("lkjhgfdsapoiuy", "most of it is a row of keys or letters"),
        ("ABCD-efgh-1234", "most of it is a row of keys or letters"),
        ("abcdefghijklmnop", "most of it is a row of keys or letters"),
        ("20240101-20241231", "most of it is digits, such as a date"),
        ("2024年11月24日密码", "most of it is digits, such as a date"),
        ("24.11.1990-anna", "most of it is digits, such as a date"),
        ("13812345678lulu", "most of it is digits, such as a date"),
        ("839201567384", "it is digits alone"),
        ("83920156738471920", "it is digits alone"),
        ("鹿垄财务鹿垄财务2024", "most of it is a name anyone knows here"),
        ("harbourfinch99", "most of it is a name anyone knows here"),
        ("Wang.Min.2024!", "most of it is a name anyone knows here"),
        ("aaaaaaaaaaaaaaaa", "most of it is a repetition"),
        ("aabbaabbaabb", "most of it is a repetition"),
        ("kiwi-kiwi-kiwi", "most of it is a repetition"),
        ("ха ха ха ха ха", "most of it is a repetition"),
    ],
)
def test_passphrase_that_is_guessed_first_is_refused_with_the_reason(weak, reason):
    assert why(weak) == reason


def test_names_count_only_where_they_are_known():
    verify_passphrase_strength("harbourfinch99")
    assert what_is_left("harbourfinch99").tenths > 100


def test_what_is_left_grows_with_every_letter_that_is_no_pattern():
    rests = [what_is_left("password" + "tqmvxkzp"[:count]).tenths for count in range(9)]
    assert rests == list(range(20, 101, 10))
