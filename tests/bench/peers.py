"""Time ledgervault beside restic and borg on one corpus, in one run.

python tests/bench/peers.py WORK [--documents 10000] [--rounds 3] [--vault PROGRAM]

WORK must be on the disk that is to be measured and have room for five corpora.
Every command runs as a whole process; wall time is the median of the rounds,
memory the largest resident set of the process or any of its children. The
table printed at the end goes to docs/benchmarks.md together with this command.
"""

import argparse
import dataclasses
import filecmp
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus import write_corpus

CLIENTS = 200
GIB = 1 << 30


@dataclasses.dataclass
class Row:
    name: str
    walls: list[float]
    cpu_s: float
    memory_mib: float

    @property
    def wall(self) -> float:
        return statistics.median(self.walls)


class Bench:
    def __init__(self, work: Path, vault: str, rounds: int) -> None:
        self.work, self.vault, self.rounds = work, vault, rounds
        self.rows: dict[str, Row] = {}
        self.env = {
            **os.environ,
            "XDG_CONFIG_HOME": str(work / "config"),
            "LEDGERVAULT_HOME": str(work / "vault"),
            "LEDGERVAULT_PASSPHRASE_FILE": str(work / "key-file"),
            "RESTIC_PASSWORD": "benchmark",
            "RESTIC_REPOSITORY": str(work / "restic"),
            "BORG_PASSPHRASE": "benchmark",
            "BORG_BASE_DIR": str(work / "borg-home"),
            "BORG_REPO": str(work / "borg"),
        }

    def run(self, *argv: str, cwd: Path | None = None) -> None:
        done = subprocess.run(
            argv, env=self.env, cwd=cwd, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode not in (0, 3):
            raise SystemExit(f"{argv} failed with {done.returncode}")

    def measure(
        self,
        name: str,
        argv: Sequence[str],
        *,
        before: Callable[[], None] = lambda: None,
        rounds: int | None = None,
        cwd: Path | None = None,
    ) -> None:
        walls, cpu, memory = [], [], []
        for _ in range(rounds or self.rounds):
            before()
            os.sync()
            start = time.perf_counter()
            process = subprocess.Popen(
                argv, env=self.env, cwd=cwd, stdout=subprocess.DEVNULL
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            walls.append(time.perf_counter() - start)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in (0, 3):
                raise SystemExit(f"{argv} failed with {process.returncode}")
            cpu.append(usage.ru_utime + usage.ru_stime)
            memory.append(usage.ru_maxrss / 1024)
        self.rows[name] = Row(name, walls, statistics.median(cpu), max(memory))
        row = self.rows[name]
        print(
            f"{name:34} {row.wall:8.3f} s  cpu {row.cpu_s:7.2f} s  {row.memory_mib:6.0f} MiB",
            flush=True,
        )

    def fresh_vault(self, clients: int = CLIENTS) -> None:
        for part in ("vault", "config", "key-file", "kit"):
            path = self.work / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        env = {k: v for k, v in self.env.items() if "PASSPHRASE_FILE" not in k}
        subprocess.run(
            [
                self.vault, "init", "--name", "Benchmark", "--packs", "cn,base",
                "--key-file", str(self.work / "key-file"),
                "--recovery-kit", str(self.work / "kit"),
            ],
            env=env, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        program = (
            "from ledgervault.__main__ import main\n"
            f"for n in range(1, {clients} + 1):\n"
            "    assert main(['--quiet', 'client', 'add', f'C{n:04d}', '--name', f'客户{n}']) == 0\n"
        )
        python = str(Path(self.vault).with_name("python"))
        self.run(python, "-c", program)


def ingest_bench(bench: Bench, corpus: Path) -> None:
    work = bench.work

    def clean(*names: str) -> None:
        for name in names:
            shutil.rmtree(work / name, ignore_errors=True)

    def new_restic() -> None:
        clean("restic")
        bench.run("restic", "init")
        warm(corpus)

    def new_borg() -> None:
        clean("borg", "borg-home")
        bench.run("borg", "init", "-e", "repokey")
        warm(corpus)

    def new_vault() -> None:
        bench.fresh_vault()
        warm(corpus)

    bench.measure("restic backup", ["restic", "backup", str(corpus)], before=new_restic)
    bench.measure(
        "borg create", ["borg", "create", "::a", str(corpus)], before=new_borg
    )
    bench.measure(
        "vault ingest", [bench.vault, "ingest", str(corpus)], before=new_vault
    )


def read_bench(bench: Bench, corpus: Path) -> None:
    work = bench.work

    def no_restored() -> None:
        shutil.rmtree(work / "restored", ignore_errors=True)
        (work / "restored").mkdir()

    out = str(work / "restored")
    bench.measure("restic check --read-data", ["restic", "check", "--read-data"])
    bench.measure("borg check --verify-data", ["borg", "check", "--verify-data"])
    bench.measure("vault verify --read-data", [bench.vault, "verify", "--read-data"])
    bench.measure(
        "restic restore", ["restic", "restore", "latest", "--target", out],
        before=no_restored,
    )  # fmt: skip
    bench.measure(
        "borg extract",
        ["borg", "extract", "::a"],
        before=no_restored,
        cwd=work / "restored",
    )
    bench.measure(
        "vault get --all", [bench.vault, "get", "--all", "-o", out], before=no_restored
    )
    verify_bytes(corpus, work / "restored")


def small_bench(bench: Bench, corpus: Path) -> None:
    some = min((p for p in corpus.rglob("*.xml")), key=lambda p: p.stat().st_size)
    listed = subprocess.run(
        [bench.vault, "--json", "search", some.stem],
        env=bench.env, check=True, capture_output=True,
    )  # fmt: skip
    document = json.loads(listed.stdout)["documents"][0]["id"]
    rounds = 10
    bench.measure(
        "restic dump one", ["restic", "dump", "latest", str(some)], rounds=rounds
    )
    bench.measure(
        "borg extract one",
        ["borg", "extract", "--stdout", "::a", str(some).lstrip("/")],
        rounds=rounds,
    )
    bench.measure(
        "vault get one", [bench.vault, "get", document, "-o", "-"], rounds=rounds
    )
    bench.measure("restic ls latest", ["restic", "ls", "latest"], rounds=rounds)
    bench.measure("vault list", [bench.vault, "list"], rounds=rounds)
    bench.measure("vault --help", [bench.vault, "--help"], rounds=rounds)
    bench.measure("vault --version", [bench.vault, "--version"], rounds=rounds)


def big_bench(bench: Bench) -> None:
    work = bench.work
    big = work / "big" / "扫描档案.pdf"
    big.parent.mkdir(exist_ok=True)
    with big.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for _ in range(GIB >> 20):
            file.write(os.urandom(1 << 20))
    copy = (
        "import os, shutil, sys\n"
        "shutil.copyfile(sys.argv[1], sys.argv[2])\n"
        "fd = os.open(sys.argv[2], os.O_RDWR); os.fsync(fd)\n"
    )

    def no_copy() -> None:
        (work / "copy").unlink(missing_ok=True)
        (work / "big-out").unlink(missing_ok=True)

    bench.measure(
        "cp + fsync, 1 GiB",
        [sys.executable, "-c", copy, str(big), str(work / "copy")],
        before=no_copy,
    )
    no_copy()
    bench.measure(
        "vault ingest, 1 GiB",
        [bench.vault, "ingest", str(big), "--client", "C0001", "--period", "2026-01"],
        before=lambda: bench.fresh_vault(1),
    )
    listed = subprocess.run(
        [bench.vault, "--json", "list"], env=bench.env, check=True, capture_output=True
    )
    document = json.loads(listed.stdout)["documents"][0]["id"]
    bench.measure(
        "vault get, 1 GiB",
        [bench.vault, "get", document, "-o", str(work / "big-out")],
        before=no_copy,
    )
    if not filecmp.cmp(big, work / "big-out", shallow=False):
        raise SystemExit("the big file came back different")


def warm(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()


def verify_bytes(corpus: Path, restored: Path) -> None:
    wanted = {path.name: path for path in corpus.rglob("*") if path.is_file()}
    found = [path for path in restored.rglob("*") if path.is_file()]
    if len(found) != len(wanted):
        raise SystemExit(f"{len(found)} of {len(wanted)} documents came back")
    for path in found:
        if path.read_bytes() != wanted[path.name].read_bytes():
            raise SystemExit(f"{path.name} came back different")


RATIOS = (
    ("vault ingest", "restic backup", 0.75),
    ("vault verify --read-data", "restic check --read-data", 0.6),
    ("vault get --all", "restic restore", 0.8),
    ("vault get one", "restic dump one", 0.8),
    ("vault list", "restic dump one", 0.8),
    ("vault ingest, 1 GiB", "cp + fsync, 1 GiB", 2.0),
    ("vault get, 1 GiB", "cp + fsync, 1 GiB", 2.0),
)


def print_table(bench: Bench) -> None:
    print("\n| operation | wall s (min-max) | CPU s | peak MiB |\n|---|---|---|---|")
    for row in bench.rows.values():
        print(
            f"| {row.name} | {row.wall:.3f} ({min(row.walls):.3f}-{max(row.walls):.3f}) "
            f"| {row.cpu_s:.2f} | {row.memory_mib:.0f} |"
        )
    print("\n| ratio | measured | bar |\n|---|---|---|")
    for mine, peer, bar in RATIOS:
        if mine in bench.rows and peer in bench.rows:
            ratio = bench.rows[mine].wall / bench.rows[peer].wall
            print(f"| {mine} / {peer} | {ratio:.2f} | {bar} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vault", default=str(Path(sys.executable).with_name("vault")))
    parser.add_argument("--corpus", type=Path, help="a corpus that exists already")
    parser.add_argument("--skip-big", action="store_true")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(chosen.work.resolve(), chosen.vault, chosen.rounds)
    corpus = chosen.corpus or chosen.work / "corpus"
    if not corpus.exists():
        write_corpus(corpus, chosen.documents, CLIENTS, 1)
    ingest_bench(bench, corpus)
    read_bench(bench, corpus)
    small_bench(bench, corpus)
    if not chosen.skip_big:
        big_bench(bench)
    print_table(bench)


if __name__ == "__main__":
    main()
