"""Time the log: a million entries appended in batches, then verified.

python tests/bench/log.py WORK [--entries 1000000] [--papers 5000] [--rounds 3]

Appending is measured where it happens, inside transactions of 2,500 entries that
are hashed, stored, signed and committed; and once more as whole `vault ingest`
processes of small papers. Verifying is measured as whole processes, start-up and
unlocking included, on the vault itself and on its export without vault or keys.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from ledgervault.bootstrap.opening import open_vault
from ledgervault.config import Settings

BATCH = 2500
SEALED = bytes(range(160))  # as long as the sealed details of an ingest
PROGRAM = [sys.executable, "-m", "ledgervault"]


class Place:
    def __init__(self, work: Path) -> None:
        self.work = work
        self.settings = Settings(
            vault_dir=work / "vault",
            config_dir=work / "config" / "ledgervault",
            passphrase_file=str(work / "key-file"),
        )
        self.env = {
            **os.environ,
            "XDG_CONFIG_HOME": str(work / "config"),
            "LEDGERVAULT_HOME": str(work / "vault"),
        }

    def fresh(self) -> None:
        for name in ("vault", "config"):
            shutil.rmtree(self.work / name, ignore_errors=True)
        for name in ("key-file", "kit", "log.txt"):
            (self.work / name).unlink(missing_ok=True)
        self.env.pop("LEDGERVAULT_PASSPHRASE_FILE", None)
        key, kit = str(self.work / "key-file"), str(self.work / "kit")
        self.run("init", "--name", "B", "--key-file", key, "--recovery-kit", kit)
        self.env["LEDGERVAULT_PASSPHRASE_FILE"] = key
        self.run("client", "add", "C001", "--name", "清河茶叶")

    def run(self, *argv: str) -> tuple[float, float]:
        """Return wall seconds and the largest resident set in MiB."""
        start = time.perf_counter()
        process = subprocess.Popen(
            [*PROGRAM, *argv], env=self.env, stdout=subprocess.DEVNULL
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{argv} failed with {process.returncode}")
        return time.perf_counter() - start, usage.ru_maxrss / 1024

    def measure(self, name: str, *argv: str, rounds: int) -> None:
        walls, memories = zip(*(self.run(*argv) for _ in range(rounds)), strict=True)
        print(
            f"{name:44} {statistics.median(walls):8.2f} s   {max(memories):5.0f} MiB",
            flush=True,
        )


def append_entries(place: Place, entries: int) -> None:
    """Append until the log holds so many entries; print the rate."""
    vault = open_vault(place.settings, None)
    facts = {"row": {"client": "ab" * 16, "folder": "cd" * 8, "leaf": 7, "version": 1}}
    start_size, start = vault.checkpoint().size, time.perf_counter()
    for begin in range(start_size, entries, BATCH):
        with vault.act() as act:
            for sequence in range(begin, min(begin + BATCH, entries)):
                act.log(
                    "document.ingested",
                    objects=(f"{sequence:032x}",),
                    cipher="ef" * 32,
                    facts=facts,
                    seal=lambda _sequence: SEALED,
                )
    seconds = time.perf_counter() - start
    vault.catalogue.close()
    count = entries - start_size
    print(f"appended {count:,} entries: {count / seconds:,.0f} a second", flush=True)


def ingest_papers(place: Place, papers: int, rounds: int) -> None:
    """Ingest small papers; print how many entries a second a whole command logs."""
    pile = place.work / "pile"
    shutil.rmtree(pile, ignore_errors=True)
    pile.mkdir()
    for number in range(papers):
        text = f"收据 {number}\n" * 60
        (pile / f"收据_2026年01月_{number}.txt").write_text(text, encoding="utf-8")
    walls = []
    for _ in range(rounds):
        place.fresh()
        walls.append(place.run("ingest", str(pile), "--client", "C001")[0])
    rate = papers / statistics.median(walls)
    print(
        f"ingest of {papers:,} papers of 1 KB: {rate:,.0f} entries a second", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--papers", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    place = Place(asked.work.resolve())
    ingest_papers(place, asked.papers, asked.rounds)
    place.fresh()
    append_entries(place, asked.entries)
    export = str(place.work / "log.txt")
    place.measure("vault log verify", "log", "verify", rounds=asked.rounds)
    place.measure("vault log export", "log", "export", "-o", export, rounds=1)
    place.measure(
        "vault log verify EXPORT", "log", "verify", export, rounds=asked.rounds
    )


if __name__ == "__main__":
    main()
