"""How well suggestions do on the sample agency: each paper asked after all others.

    python tests/bench/suggestions_on_samples.py FOLDER

FOLDER holds papers and `truth.jsonl`. Papers of a series that stands alone cannot be
known; they count apart.
"""

import itertools
import json
import sys
from collections import Counter
from pathlib import Path

from ledgervault.domain.suggestion_traits import TEXT_CHARACTERS, Traits
from ledgervault.domain.suggestions import Reviewed, learn
from ledgervault.formats.reading import FormatReader

EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def reviewed(folder):
    reader = FormatReader()
    papers = []
    for line in (folder / "truth.jsonl").read_text().splitlines():
        truth = json.loads(line)
        path = folder / truth["path"]
        if truth["series"] == "unclassified" or not path.is_file():
            continue
        read = reader.read(path.read_bytes(), name=path.name)
        found = tuple(sorted(truth["detectors"]))
        traits = Traits(path.name, read.text[:TEXT_CHARACTERS], read.mime, found)
        papers.append(Reviewed(traits, truth["series"], truth["doc_type"]))
    return papers


def asked_each(papers):
    for at, paper in enumerate(papers):
        suggester = learn([*papers[:at], *papers[at + 1 :]])
        yield paper, suggester.suggest([paper.traits])[0]


def main():
    papers = reviewed(Path(sys.argv[1]))
    counts = Counter(paper.series for paper in papers)
    found = list(asked_each(papers))
    alone = [one for paper, one in found if counts[paper.series] == 1]
    known = [(paper, one) for paper, one in found if counts[paper.series] > 1]
    told = [(paper, one) for paper, one in known if one]
    right = sum(one.series == paper.series for paper, one in told)
    print(
        f"{len(known)} papers of {len(counts)} series, {len(told)} with a suggestion,"
    )
    print(f"{right} of those right; alone in their series {len(alone)}, told", end=" ")
    print(sum(one is not None for one in alone))
    for low, high in itertools.pairwise(EDGES):
        part = [(p, one) for p, one in told if low <= one.confidence < high]
        good = sum(one.series == paper.series for paper, one in part)
        print(f"  confidence {low:.1f} to {high:.1f}: {good} of {len(part)} right")


if __name__ == "__main__":
    main()
