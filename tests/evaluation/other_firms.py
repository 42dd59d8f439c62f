"""Papers of other invented firms, laid out otherwise than the samples, with truth.

python tests/evaluation/other_firms.py [--seed 7] [--packs cn,base,...] [--write DIR]

The wordings follow forms in use: vouchers by kind of payment, statements by other
banks and payment platforms, pay lists, filings, foreign papers of Chinese companies,
and papers whose names say something else than they hold.
"""

import argparse
import random  # noqa: TID251 - repeatable papers, nothing secret
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation import (
    firms_abroad,
    firms_bank,
    firms_books,
    firms_people,
    firms_vouchers,
)
from evaluation.firms_papers import Desk
from evaluation.scoring import CHINESE, PACKS, Judge, Score, print_report

SHELVES = (firms_vouchers, firms_bank, firms_books, firms_people, firms_abroad)


def make_papers(seed: int = 7):
    """Return (truth, content) of every paper; the seed decides names and numbers."""
    desk = Desk(random.Random(seed))
    for shelf in SHELVES:
        shelf.fill(desk)
    return desk.papers


def judge_other_firms(seed: int = 7, packs=CHINESE) -> Score:
    judge = Judge(packs)
    return Score(
        tuple(judge.judge(truth, content) for truth, content in make_papers(seed))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--packs", default=",".join(PACKS))
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if chosen.write:
        for truth, content in make_papers(chosen.seed):
            target = chosen.write / truth.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    print_report(judge_other_firms(chosen.seed, chosen.packs.split(",")))


if __name__ == "__main__":
    main()
