"""Hundreds of ways to spoil a valid pack, repeatable; run as a program it loads them.

Prints one JSON object: how many were refused, the most processor seconds one
took, the peak of resident memory in KiB, and whatever else than a list of
problems with places came out.
"""

import json
import random  # noqa: TID251 - repeatable damage, nothing secret
import sys
import time
from pathlib import Path

from ledgervault.bootstrap.policies import find_shipped
from ledgervault.domain.classification import PaperFacts, classify
from ledgervault.errors import LedgerVaultError
from ledgervault.policyfile.loading import load_packs
from ledgervault.policyfile.problems import PolicyInvalid
from ledgervault.storage.shipped_packs import read_shipped_pack

SEED = 20261124
EACH = 70
WRONG = Path(__file__).parents[1] / "unit" / "policyfile" / "wrong"
HEAD = b"language: ledgervault-policy/1\npack: one\nversion: '1'\n"
HEAD += b"title: {zh: a, en: b}\njurisdiction: CN\n"
CATASTROPHE = rb"""classify:
  - {id: c, when: {any: [{text: '(a+)+$'}, {text: '(a|a)*b'}, {name_matches: '(x+x+)+y'}]}, set: {level: internal}}
"""


def truncated(chance, lines):
    text = b"".join(lines)
    return text[: chance.randrange(len(text))]


def swapped(chance, lines):
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def duplicated(chance, lines):
    at = chance.randrange(len(lines))
    return b"".join([*lines[: at + 1], *lines[at:]])


def retagged(chance, lines):
    at = chance.randrange(len(lines))
    mark = chance.choice([b"!!int ", b"!x ", b"&a ", b"*a ", b"!!python/name:os "])
    lines[at] = lines[at].replace(b": ", b": " + mark, 1)
    return b"".join(lines)


def nested(chance, lines):
    at = chance.randrange(len(lines))
    depth = chance.choice([1, 5, 25, 2000])
    lines[at] = lines[at].rstrip() + b" " + b"[" * depth + b"]" * depth + b"\n"
    return b"".join(lines)


def moved(chance, lines):
    at = chance.randrange(len(lines))
    lines[at] = chance.choice([b" ", b"\t", b"  - ", b"? "]) + lines[at]
    return b"".join(lines)


def bitten(chance, lines):
    text = bytearray(b"".join(lines))
    for _byte in range(chance.choice([1, 3, 20])):
        text[chance.randrange(len(text))] = chance.randrange(256)
    return bytes(text)


def patterns(pattern):
    """Return a pack of thousands of patterns that are dear to compile."""
    many = b", ".join(b"'%s%d'" % (pattern, number) for number in range(4900))
    rule = b"{id: c, set: {level: internal}, when: {text: [" + many + b"]}}"
    return HEAD + b"classify:\n  - " + rule + b"\n"


DAMAGE = (truncated, swapped, duplicated, retagged, nested, moved, bitten)
BOMBS = (
    b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    b"x: y\n" * 50_000,
    b"- " + b"{id: x}, " * 25_000,
    HEAD + b"series:\n" + b"- {}\n" * 50_000,
    HEAD + b"series: [" + b"{id: a}," * 30_000 + b"]\n",
    HEAD
    + b"series: ["
    + b",".join(b"{k%d: z%d}" % (n, n) for n in range(4900))
    + b"]\n",
    HEAD + b"".join(b"k%d: z\n" % n for n in range(20_000)),
    HEAD + b"detect: [" + b"{id: a, detector: zzzz, level: q}," * 4900 + b"]\n",
    patterns(rb"\pL{900}"),
    patterns(rb"(?i)(\w{0,30}x){30}"),
    patterns(rb"(\pL{10}|\pN{20}|.{3}){7}"),
    b"{" * 200_000,
    b"a: " + b"[" * 250_000,
    b'"' + b"\\u4e00" * 40_000 + b'": b\n',
    HEAD + b"note: " + b"x" * 250_000,
    b"a: |\n" + b"  x\n" * 60_000,
)


def variants():
    """Yield every spoilt pack as (kind, text)."""
    chance = random.Random(SEED)
    sources = [
        text for name in ("base", "cn") for _file, text in read_shipped_pack(name)
    ]
    for damage in DAMAGE:
        for _time in range(EACH):
            lines = chance.choice(sources).splitlines(keepends=True)
            yield damage.__name__, damage(chance, lines)
    for bomb in BOMBS:
        yield "bomb", bomb
    for path in sorted(WRONG.glob("*.yaml")):
        yield "wrong", path.read_bytes()


def outcome(text):
    """Load one text; True where it is refused with places, None where it loads."""
    try:
        load_packs([("f.yaml", text)], find_shipped)
    except PolicyInvalid as refused:
        return all(one.line > 0 and one.column > 0 for one in refused.problems)
    except LedgerVaultError:
        return False
    return None


def catastrophe():
    """Ask patterns that ruin a backtracking engine of a long text."""
    policy = load_packs([("f.yaml", HEAD + CATASTROPHE)])
    paper = PaperFacts("x" * 4000, "x", "text/plain", 9, text="a" * 100_000 + "!")
    assert classify(paper, policy).series == "unclassified"


def measured(act, *values):
    before = time.process_time()
    found = act(*values)
    return found, time.process_time() - before


def peak_kib():
    """Return the most memory this program held; what started it does not count."""
    status = Path("/proc/self/status").read_text()
    line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1])


def main():
    counts, slowest, odd = {}, 0.0, []
    load_packs([("f.yaml", HEAD)])
    for kind, text in variants():
        found, seconds = measured(outcome, text)
        slowest = max(slowest, seconds)
        counts.setdefault(kind, [0, 0])[found is None] += 1
        if found is False:
            odd.append(kind)
    _nothing, regex_seconds = measured(catastrophe)
    report = {
        "counts": counts,
        "slowest_s": round(slowest, 3),
        "peak_kib": peak_kib(),
        "odd": odd,
        "regex_s": round(regex_seconds, 3),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
