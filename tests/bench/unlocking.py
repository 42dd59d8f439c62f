"""Time the unlocking of an identity, and commands with an unlocked one.

python tests/bench/unlocking.py WORK --vault PROGRAM [--rounds 5]

PROGRAM is `vault` as `pip install .` leaves it in a virtual environment, its modules
compiled. Every command runs as a whole process; figures are medians. The first
round of each is not counted.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PAPERS = 200
WORDS = "brindle mosaic canary oxbow lintel quay"
KDF = """
import time
from ledgervault.config import PassphraseCost
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
cost = PassphraseCost().new
def once():
    start, used = time.perf_counter(), time.process_time()
    Argon2id(salt=bytes(16), length=32, iterations=cost.passes, lanes=cost.lanes,
             memory_cost=cost.memory_kib).derive(b'words')
    return f'{time.perf_counter() - start} {time.process_time() - used}'
print(*(once() for _ in range(%d)))
"""


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Bench:
    def __init__(self, work: Path, program: str, rounds: int) -> None:
        self.work, self.program, self.rounds = work, program, rounds
        self.words = work / "words"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(work / "config"),
            "XDG_RUNTIME_DIR": str(work / "run"),
            "LEDGERVAULT_HOME": str(work / "vault"),
        }

    def vault(self, *argv: str) -> bytes:
        return subprocess.run(
            [self.program, *argv],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout

    def prepare(self) -> str:
        for name in ("run", "pile"):
            (self.work / name).mkdir(mode=0o700, parents=True)
        self.words.write_text(WORDS)
        for number in range(PAPERS):
            paper = self.work / "pile" / f"银行对账单_2026年01月_{number}.txt"
            paper.write_bytes(os.urandom(30_000).hex().encode())
        self.vault("init", "--name", "鹿垄财务", "--passphrase-file", str(self.words))
        self.unlock()
        self.vault("client", "add", "C001", "--name", "清河茶叶")
        self.vault("ingest", str(self.work / "pile"), "--client", "C001")
        listed = self.vault("list", "--json", "--limit", "1")
        return str(json.loads(listed)["documents"][0]["id"])

    def unlock(self) -> None:
        self.vault("unlock", "--passphrase-file", str(self.words))

    def show(self, name: str, walls: Sequence[float], cpus: Sequence[float]) -> None:
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        spread = f"{min(walls):.3f}-{max(walls):.3f}"
        print(f"| {name} | {wall:.3f} ({spread}) | {cpu:.3f} |")

    def measure(self, name: str, act: Callable[[], object]) -> None:
        act()
        walls, cpus = [], []
        for _ in range(self.rounds):
            start, used = time.perf_counter(), cpu_of_children()
            act()
            walls.append(time.perf_counter() - start)
            cpus.append(cpu_of_children() - used)
        self.show(name, walls, cpus)

    def measure_kdf(self) -> None:
        python = Path(self.program).with_name("python")
        argv = [str(python), "-c", KDF % (self.rounds + 1)]
        printed = subprocess.run(argv, capture_output=True, text=True, check=True)
        pairs = [float(one) for one in printed.stdout.split()]
        self.show("the KDF of `vault unlock` alone", pairs[2::2], pairs[3::2])

    def run(self) -> None:
        document = self.prepare()
        out = str(self.work / "out.txt")

        def get(*argv: str) -> None:
            self.vault("get", document, "-o", out, *argv)
            Path(out).unlink()

        print("| operation | wall s (min-max) | CPU s |\n|---|---|---|")
        self.measure_kdf()
        self.measure("`vault unlock`, no agent yet", self.unlock_anew)
        self.measure("`vault unlock`, agent running", self.unlock)
        self.measure("`vault get`, unlocked", get)
        self.measure("`vault list`, unlocked", lambda: self.vault("list"))
        self.measure("`vault unlock --status`", self.status)
        self.vault("lock")
        with_words = ("--passphrase-file", str(self.words))
        self.measure("`vault get`, passphrase file", lambda: get(*with_words))
        self.measure("`vault --version`", lambda: self.vault("--version"))

    def unlock_anew(self) -> None:
        self.vault("lock")
        self.unlock()

    def status(self) -> None:
        self.vault("unlock", "--status")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--vault", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    bench = Bench(chosen.work.resolve(), chosen.vault, chosen.rounds)
    bench.run()


if __name__ == "__main__":
    main()
