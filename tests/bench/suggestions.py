"""How long it takes to learn from reviewed filings and to suggest.

    python tests/bench/suggestions.py [reviewed papers]

Papers have 400 characters and belong to 30 kinds. Prints medians of five, in seconds.
"""

import random  # noqa: TID251 - a repeatable corpus, nothing secret
import resource
import statistics
import sys
import time

from ledgervault.domain.suggestion_traits import Traits
from ledgervault.domain.suggestions import Reviewed, learn

KINDS = 30
WORDS = 60
ASKED = 500


def corpus(count):
    dice = random.Random(7)
    letters = [chr(code) for code in range(0x4E00, 0x5E00)]
    books = [
        ["".join(dice.choices(letters, k=2)) for _ in range(WORDS)]
        for _ in range(KINDS)
    ]
    papers = []
    for number in range(count):
        kind = dice.randrange(KINDS)
        words = " ".join(dice.choices(books[kind], k=140))[:400]
        traits = Traits(f"{books[kind][0]}{number:05d}.pdf", words, "application/pdf")
        papers.append(Reviewed(traits, f"series {kind % 20}", f"type {kind}"))
    return papers


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    papers = corpus(count)
    asked = [paper.traits for paper in papers[:ASKED]]
    learning, suggesting = [], []
    for _ in range(5):
        started = time.perf_counter()
        suggester = learn(papers)
        learned = time.perf_counter()
        suggester.suggest(asked)
        suggesting.append(time.perf_counter() - learned)
        learning.append(learned - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} reviewed: learn {statistics.median(learning):.2f}")
    print(f"{len(asked)} asked: suggest {statistics.median(suggesting):.2f}")
    print(f"peak {peak} MiB")


if __name__ == "__main__":
    main()
