"""How much of a passphrase is left when what guessers try first is taken out.

Not an estimate of entropy: words and names count as two characters each, rows, dates
and repetitions as one, whatever their length, since a guesser writes them in one go.
"""

import dataclasses
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

MIN_ROW = 4
MIN_REPEATED = 3
MIN_NAME, MIN_CHINESE_NAME = 4, 2
LETTER, DIGIT, CHINESE = 10, 5, 20  # tenths of a character
CHUNKS = {"word": 20, "name": 20, "row": 10, "number": 10, "repetition": 10}
_ROWS = (
    *("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm", "zaq1xsw2cde3vfr4bgt5", "qazwsxedcrfvtgb"),
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "147258369", "!@#$%^&*()"),
)
_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passphrase",
        "passwd",
        "secret",
        "letmein",
        "welcome",
        "admin",
        "administrator",
        "root",
        "login",
        "user",
        "guest",
        "default",
        "changeme",
        "master",
        "iloveyou",
        "monkey",
        "dragon",
        "shadow",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "batman",
        "michael",
        "charlie",
        "jordan",
        "hello",
        "abc123",
        "qwerty",
        "asdf",
        "zxcv",
        "office",
        "computer",
        "internet",
        "server",
        "company",
        "account",
        "accounting",
        "finance",
        "money",
        "invoice",
        "ledger",
        "ledgervault",
        "vault",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "spring",
        "summer",
        "autumn",
        "winter",
        "woaini",
        "aini",
        "nihao",
        "mima",
        "wodemima",
        "zhongguo",
        "china",
        "beijing",
        "shanghai",
        "guangzhou",
        "shenzhen",
        "caiwu",
        "kuaiji",
        "daizhang",
        "gongsi",
        "laoban",
        "xiaoming",
        "zhang",
        "wang",
        "liu",
        "chen",
        "yang",
        "zhao",
        "huang",
        "5201314",
        "520520",
        "1314",
        "888888",
        "666666",
        "112233",
        "121212",
        "123123",
        "我爱你",
        "密码",
        "口令",
        "财务",
        "会计",
        "代账",
        "公司",
        "有限公司",
        "老板",
        "你好",
        "中国",
        "北京",
        "上海",
    ]
)
_LOOK_ALIKES = str.maketrans("0134578@$!|", "oieastbasil")
_NUMBERS = (
    re.compile(r"(?:19|20)\d\d([-./]?)[01]?\d\1[0-3]?\d"),
    re.compile(r"(?:19|20)\d\d(?:年(?:\d\d?月(?:\d\d?日)?)?)?"),
    re.compile(r"[0-3]?\d([-./])[01]?\d\1(?:19|20)?\d\d"),
    re.compile(r"[0-3]\d[01]\d(?:19|20)\d\d"),
    re.compile(r"1[3-9]\d{9}"),  # a mobile number in China
)
_RUNS = frozenset(
    run[start:end]
    for row in _ROWS
    for run in (row, row[::-1])
    for start, end in itertools.combinations(range(len(row) + 1), 2)
    if end - start >= MIN_ROW
)


@dataclasses.dataclass(frozen=True, slots=True)
class Rest:
    """What is left, in tenths of a character, and what most of the text was."""

    tenths: int
    mostly: str


def what_is_left(passphrase: str, about: Iterable[str] = ()) -> Rest:
    """Take out what guessers try first; `about` are names they would know."""
    text = unicodedata.normalize("NFKC", passphrase).casefold()
    names = _names(about)
    tenths, taken, at = 0, Counter[str](), 0
    while at < len(text):
        length, kind = max(
            (finder(text, at, names), kind) for kind, finder in _FINDERS.items()
        )
        if length:
            taken[kind] += length
            tenths += CHUNKS[kind]
            at += length
        else:
            taken["number"] += text[at].isdigit()
            tenths += _weight(text[at])
            at += 1
    return Rest(tenths, max(taken, key=lambda kind: taken[kind], default=""))


def _weight(letter: str) -> int:
    if letter.isdigit():
        return DIGIT
    return CHINESE if unicodedata.category(letter) == "Lo" else LETTER


def _names(about: Iterable[str]) -> frozenset[str]:
    texts = (unicodedata.normalize("NFKC", text).casefold() for text in about)
    return frozenset(part for text in texts for part in _parts(text))


def _parts(text: str) -> Iterable[str]:
    for start, end in itertools.combinations(range(len(text) + 1), 2):
        part = text[start:end]
        least = MIN_NAME if part.isascii() else MIN_CHINESE_NAME
        if len(part) >= least and part[0].isalnum() and part[-1].isalnum():
            yield part


def _word(text: str, at: int, _names: frozenset[str]) -> int:
    plain = text.translate(_LOOK_ALIKES)
    return max(_longest(text, at, _WORDS), _longest(plain, at, _WORDS))


def _row(text: str, at: int, _names: frozenset[str]) -> int:
    return _longest(text, at, _RUNS)


def _number(text: str, at: int, _names: frozenset[str]) -> int:
    found: Sequence[re.Match[str] | None]
    found = [number.match(text, at) for number in _NUMBERS]
    return max(one.end() - at if one else 0 for one in found)


def _name(text: str, at: int, names: frozenset[str]) -> int:
    return _longest(text, at, names)


def _repetition(text: str, at: int, _names: frozenset[str]) -> int:
    length = 0
    for end in range(at + MIN_REPEATED, len(text) + 1):
        if text.find(text[at:end], 0, end - 1) < 0:
            break
        length = end - at
    return length


def _longest(text: str, at: int, known: frozenset[str]) -> int:
    most = max(map(len, known), default=0)
    ends = range(min(len(text), at + most), at, -1)
    return next((end - at for end in ends if text[at:end] in known), 0)


Finder = Callable[[str, int, frozenset[str]], int]
_FINDERS: dict[str, Finder] = {
    "word": _word,
    "row": _row,
    "number": _number,
    "name": _name,
    "repetition": _repetition,
}
