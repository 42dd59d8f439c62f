"""Time an ingest with and without looking into the papers, by turns.

python tests/bench/content.py WORK [--corpus FOLDER] [--rounds 3]

Plain is the same command where papers are known by their names alone: nothing is
read out of them, no identifier is looked for, no text is kept.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from corpus import write_corpus
from peers import CLIENTS, Bench, warm

PLAIN = (
    "import ledgervault.formats.reading as reading\n"
    "from ledgervault.formats import sniffing\n"
    "from ledgervault.ports.papers import PaperText\n"
    "def read(self, content, *, name, is_whole=True):\n"
    "    return PaperText(sniffing.sniff_mime(content, name=name))\n"
    "reading.FormatReader.read = read\n"
)
WHOLE = (
    "import sys\n"
    "from ledgervault.cli.allocation import keep_memory\n"
    "keep_memory()\n"
    "from ledgervault.__main__ import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


def timed(bench: Bench, program: str, corpus: Path) -> tuple[float, float]:
    bench.fresh_vault()
    warm(corpus)
    os.sync()
    python = str(Path(bench.vault).with_name("python"))
    argv = [python, "-c", program, "ingest", str(corpus)]
    start = time.perf_counter()
    process = subprocess.Popen(argv, env=bench.env, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"ingest failed with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vault", default=str(Path(sys.executable).with_name("vault")))
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(chosen.work.resolve(), chosen.vault, chosen.rounds)
    corpus = chosen.corpus or chosen.work / "corpus"
    if not corpus.exists():
        write_corpus(corpus, 10_000, CLIENTS, 1)
    rounds = [
        (timed(bench, PLAIN + WHOLE, corpus), timed(bench, WHOLE, corpus))
        for _ in range(chosen.rounds)
    ]
    for name, place in (("plain", 0), ("with contents", 1)):
        walls = [one[place][0] for one in rounds]
        cpu = statistics.median(one[place][1] for one in rounds)
        print(
            f"{name:14} {statistics.median(walls):6.2f} s "
            f"({min(walls):.2f}-{max(walls):.2f})  cpu {cpu:.2f} s"
        )
    ratio = statistics.median(one[1][0] / one[0][0] for one in rounds)
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
