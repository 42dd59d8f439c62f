"""Measure what asking the policy costs: python access.py [PAPERS].

Processor seconds of whole use cases with the gate and without it, in turns in one
process, medians of five: a busy machine changes both alike.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from firms import Firm
from ledgervault.services.ingest.papers import IngestRequest
from ledgervault.services.ingest.taking_in import ingest
from ledgervault.services.listing import (
    ListRequest,
    list_documents,
)
from ledgervault.services.registers import add_entry
from ledgervault.services.retrieving import (
    find_documents,
    retrieve_to_directory,
)

CLIENTS, TURNS = 50, 5
GATE = "ledgervault.vault.authority"


def quiet(*_counts):
    """Show no progress."""


def pile(root, papers):
    for number in range(papers):
        folder = root / f"C{number % CLIENTS:03}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"银行对账单_2026年{number % 12 + 1:02}月_{number}.txt"
        (folder / name).write_text(f"对账单 {number}\n" * 40)
    return root


def firm_of(root):
    root.mkdir()
    firm = Firm(root).found()
    for number in range(CLIENTS):
        firm.client(f"C{number:03}")
    firm.join("qian", "cashier")
    firm.grant("qian", "all", level="confidential")
    with firm.opened() as vault:
        told = {"person": "qian", "version": "1", "signed_on": "2024-01-01"}
        add_entry(vault, "nda", told)
    return firm


def take_in(firm, root):
    with firm.opened() as vault:
        request = IngestRequest((os.fsencode(str(root)),), allows_duplicates=True)
        ingest(vault, request, workers=1, progress=quiet)


def list_all(firm, who):
    with firm.opened(who) as vault:
        return len(list_documents(vault, ListRequest(limit=0)).documents)


def get_all(firm):
    with firm.opened() as vault, tempfile.TemporaryDirectory() as folder:
        rows, _missing = find_documents(vault, [], client=None, everything=True)
        retrieve_to_directory(vault, rows, folder, progress=quiet)


def spent():
    used = os.times()  # sealers and readers are processes of their own
    return used.user + used.system + used.children_user + used.children_system


def seconds(act, *, is_gated):
    started = spent()
    if is_gated:
        act()
    else:
        with (
            mock.patch(f"{GATE}.find_refusal", return_value=None),
            mock.patch(f"{GATE}._is_unbounded", return_value=True),
        ):
            act()
    return spent() - started


def compare(name, act):
    act()
    taken = {True: [], False: []}
    for _ in range(TURNS):
        for is_gated, found in taken.items():
            found.append(seconds(act, is_gated=is_gated))
    asked, free = (statistics.median(taken[one]) for one in (True, False))
    print(f"| {name} | {asked:.2f} | {free:.2f} | {asked / free:.3f} |", flush=True)


def main():
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        firm = firm_of(root / "firm")
        take_in(firm, pile(root / "pile", papers))
        few = pile(root / "few", 500)
        print(f"| {papers} papers, {CLIENTS} clients | asked s | not asked s | ratio |")
        print("|---|---|---|---|")
        compare("list all, owner", lambda: list_all(firm, "owner"))
        compare("list all, cashier", lambda: list_all(firm, "qian"))
        compare("get all, owner", lambda: get_all(firm))
        compare("ingest 500, owner", lambda: take_in(firm, few))


if __name__ == "__main__":
    main()
