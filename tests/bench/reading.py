"""Measure what reading a paper costs, by type: python reading.py FOLDER...

Milliseconds of processor time a paper in this process, and in the confined one,
which reads PDF and old workbooks; detectors are counted apart.
"""

import os
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

from ledgervault.domain.detectors import detect
from ledgervault.formats.confinement import ConfinedReader
from ledgervault.formats.papers import read_paper


def files(folders):
    for folder in folders:
        for root, _folders, names in os.walk(folder):
            yield from (Path(root) / name for name in names)


def confined_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(paths):
    """Return papers, seconds of reading, of detecting and of the other process."""
    reader, costs = ConfinedReader(), [0, 0.0, 0.0]
    before = confined_seconds()
    for path in paths:
        content = path.read_bytes()
        started = time.process_time()
        paper = read_paper(content, name=path.name, confined=reader)
        read = time.process_time()
        detect(paper.raw)
        costs[0] += 1
        costs[1] += read - started
        costs[2] += time.process_time() - read
    reader.close()
    return *costs, confined_seconds() - before


def main():
    by_type = defaultdict(list)
    for path in files(sys.argv[1:]):
        by_type[path.suffix.lower()].append(path)
    print("| type | papers | reading ms | confined ms | detecting ms |")
    print("|---|---|---|---|---|")
    for kind, paths in sorted(by_type.items()):
        count, read, detected, confined = measure(paths)
        shown = (f"{1000 * cost / count:.2f}" for cost in (read, confined, detected))
        print(f"| {kind or '-'} | {count} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
