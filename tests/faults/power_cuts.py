"""Cut the power under an ingesting vault, again and again, on a loop-mounted ext4.

python tests/faults/power_cuts.py [--cuts 300] [--work DIR]      (root, Linux)

A child ingests batches of papers and prints a line with the SHA-256 of every
acknowledged paper. The file system is shut down without flushing its journal
(FS_IOC_SHUTDOWN), unmounted and mounted again; every paper whose line had been
read before the cut must come back. Prints one line of figures.
"""

import argparse
import dataclasses
import fcntl
import hashlib
import json
import os
import select
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN
NO_LOG_FLUSH = 2
PATIENCE_S = 120.0
IMAGE_MIB = 192
FRESH_AFTER_CUTS = 15  # a new file system before the image fills up

CHILD = """
import hashlib, json, os, sys
from ledgervault.__main__ import main
place, start = sys.argv[1], int(sys.argv[2])
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
n = start
while True:
    pile = f"{place}/pile-{n}"
    os.makedirs(pile)
    digests = []
    for k in range(1 + n % 5):
        content = hashlib.shake_128(f"{n} {k}".encode()).digest(500 + 7919 * (n + k) % 60000)
        with open(f"{pile}/银行对账单_2026年0{1 + k}月_{n}.txt", "wb") as file:
            file.write(content)
        digests.append(hashlib.sha256(content).hexdigest())
    if main(["--quiet", "ingest", pile, "--client", "C001"]) != 0:
        os._exit(3)
    os.write(out, (json.dumps([n, digests]) + "\\n").encode())
    n += 1
"""


@dataclasses.dataclass
class Figures:
    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    rows_without_blob: int = 0
    failures_to_open: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.rows_without_blob or self.failures_to_open)


class Disk:
    """An ext4 image on a loop mount."""

    def __init__(self, work: Path) -> None:
        self.image, self.mount = work / "disk.img", work / "mnt"
        self.mount.mkdir(exist_ok=True)

    def fresh(self) -> None:
        with self.image.open("wb") as file:
            file.truncate(IMAGE_MIB << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self.image)], check=True)
        self.attach()

    def attach(self) -> None:
        subprocess.run(
            ["mount", "-o", "loop", str(self.image), str(self.mount)], check=True
        )

    def detach(self) -> None:
        subprocess.run(["umount", str(self.mount)], check=True)

    def cut(self) -> None:
        descriptor = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)


def environment(place: Path) -> dict[str, str]:
    return {
        **os.environ,
        "XDG_CONFIG_HOME": str(place / "config"),
        "LEDGERVAULT_HOME": str(place / "vault"),
        "LEDGERVAULT_PASSPHRASE_FILE": str(place / "key"),
    }


def vault(place: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    env = environment(place)
    if argv[0] == "init":
        del env["LEDGERVAULT_PASSPHRASE_FILE"]
    return subprocess.run(
        [sys.executable, "-m", "ledgervault", *argv],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def prepare(disk: Disk) -> None:
    disk.fresh()
    made = vault(
        disk.mount, "init", "--name", "x", "--key-file", str(disk.mount / "key")
    )
    added = vault(disk.mount, "client", "add", "C001", "--name", "y")
    if made.returncode or added.returncode:
        raise SystemExit(made.stderr + added.stderr)
    os.sync()


def run_until_cut(
    disk: Disk, start: int, after_s: float, *, waits: bool
) -> tuple[dict[str, int], int]:
    """Cut after a while; `waits` counts it from the first acknowledgement."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(disk.mount), str(start)],
        env=environment(disk.mount),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    acknowledged, last = {}, start
    deadline = time.monotonic() + (PATIENCE_S if waits else after_s)
    raw = b""
    while (left := deadline - time.monotonic()) > 0:
        if select.select([child.stdout], [], [], left)[0]:
            piece = os.read(child.stdout.fileno(), 65536)
            if not piece:
                break
            raw += piece
            if waits and b"\n" in raw:
                waits, deadline = False, time.monotonic() + after_s
    # Only what had been read before the cut counts as acknowledged.
    for line in raw.split(b"\n")[:-1]:
        number, digests = json.loads(line)
        last = number + 1
        acknowledged |= dict.fromkeys(digests, number)
    disk.cut()
    child.kill()
    child.wait()
    child.stdout.close()
    return acknowledged, last + 1


def check(disk: Disk, acknowledged: dict[str, int], figures: Figures) -> None:
    disk.detach()
    disk.attach()
    done = vault(disk.mount, "--json", "verify", "--read-data")
    if done.returncode not in (0, 9):
        figures.failures_to_open += 1
        return
    figures.rows_without_blob += len(json.loads(done.stdout)["bad"])
    out = disk.mount / "out"
    subprocess.run(["rm", "-rf", str(out)], check=True)
    vault(disk.mount, "get", "--all", "-o", str(out))
    found = {hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("*")}
    subprocess.run(["rm", "-rf", str(out)], check=True)
    figures.acknowledged += len(acknowledged)
    figures.lost += len(acknowledged.keys() - found)


def run(cuts: int, work: Path) -> Figures:
    disk, figures = Disk(work), Figures()
    start = 0
    while figures.cuts < cuts:
        prepare(disk)
        known: dict[str, int] = {}
        try:
            for _ in range(min(FRESH_AFTER_CUTS, cuts - figures.cuts)):
                # Every other cut counts from an acknowledgement: a busy machine
                # may not get as far as one in a given time.
                waits = figures.cuts % 2 == 1
                after_s = (0.0 if waits else 0.45) + 0.037 * (figures.cuts % 20)
                fresh, start = run_until_cut(disk, start, after_s, waits=waits)
                known |= fresh
                figures.cuts += 1
                check(disk, known, figures)
        finally:
            disk.detach()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--work", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        figures = run(chosen.cuts, chosen.work or Path(temporary))
    print(json.dumps(dataclasses.asdict(figures)))
    raise SystemExit(0 if figures.is_clean else 1)


if __name__ == "__main__":
    main()
