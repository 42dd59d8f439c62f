"""Time rotations: 200 clients and 100,000 small documents under new keys.

python tests/bench/rotation.py WORK [--clients 200] [--documents 100000] [--rounds 3]

WORK is emptied first. Everybody of a staff of four, and a leaver for each round,
holds every client's keys. The vault is made through the program's own records, packs and log, document by
document, each with its kept text. Rotations are measured as whole processes,
start-up and unlocking included; the step by itself within one process.
"""

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from ledgervault.bootstrap.opening import open_vault
from ledgervault.crypto.blobs import BlobBinding, seal_blob
from ledgervault.crypto.fixity import commit_content, dedup_token
from ledgervault.crypto.keys import Dek
from ledgervault.crypto.suites import Suite
from ledgervault.domain.clients import Client
from ledgervault.domain.documents import DocumentDetails
from ledgervault.ids import BlobId, DocumentId, random_id, short_code
from ledgervault.ports.rows import DocumentRow, VersionRow
from ledgervault.services.clients import add_client
from ledgervault.vault.artefacts import pack_words, seal_text
from ledgervault.vault.filing import FolderPlan
from ledgervault.vault.finding import get_client
from ledgervault.vault.forking import Copies, shares_for
from ledgervault.vault.resealing import Paper, renew_paper
from ledgervault.vault.truth import INGESTED, clear_facts
from ledgervault.vault.wrapping import make_wrap
from ledgervault.vault.writing import writing

sys.path.insert(0, str(Path(__file__).parents[1]))
from firms import Firm

PROGRAM = [sys.executable, "-m", "ledgervault"]
SERIES = ("cn.other.bank_statement", "cn.voucher.source", "cn.ledger.daybook")
YEARS = range(2014, 2026)
STAYING = ("he", "lin", "wei", "zhou")


class Place:
    def __init__(self, work: Path) -> None:
        self.firm = Firm(work)
        self.settings = self.firm.settings("owner")
        self.env = {
            **os.environ,
            "XDG_CONFIG_HOME": str(work / "config"),
            "LEDGERVAULT_HOME": str(work / "vault"),
            "LEDGERVAULT_PASSPHRASE_FILE": str(work / "owner.key"),
        }

    def run(self, *argv: str) -> tuple[float, float, float]:
        """Return wall seconds, processor seconds and the largest set in MiB."""
        start = time.perf_counter()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [*PROGRAM, "--as", "owner", *argv]
        subprocess.run(command, env=self.env, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter() - start
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return wall, cpu, after.ru_maxrss / 1024


def make_vault(place: Place, clients: int, documents: int, leavers: int) -> None:
    work = place.firm.root
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    place.firm.found()
    with place.firm.opened() as vault:
        for number in range(clients):
            code = f"C{number:04d}"
            add_client(vault, Client(code=code, name=f"Client {number}"))
            count = documents // clients + (number < documents % clients)
            with writing(vault, "bench"):
                add_documents(vault, code, count)
    for name in (*STAYING, *(f"leaver{number}" for number in range(leavers))):
        place.firm.join(name)
        place.firm.grant(name, "all")


def add_documents(vault, code: str, count: int) -> None:
    row, client = get_client(vault, code)
    plan = FolderPlan(vault.catalogue, vault.records)
    placed = [
        plan.place(
            row.id,
            client,
            series=SERIES[number % len(SERIES)],
            label=f"FY{YEARS[number * 7 // count % len(YEARS)]}",
            due=None,
            leaves=2,
        )
        for number in range(count)
    ]
    vault.ring.open_folders(plan.new_folders(), log_size=vault.checkpoint().size)
    writer = vault.stores.packs.create()
    made = []
    with vault.act() as act:
        for number, (folder, leaf) in enumerate(placed):
            made.append(document(vault, act, client, folder, leaf, number, writer))
        writer.close()
        rows, versions, texts = zip(*made, strict=True)
        act.tx.add_folders(plan.rows_to_add())
        act.tx.update_folders(plan.rows_to_update())
        act.tx.add_documents(rows)
        act.tx.add_versions(versions)
        act.tx.add_texts(texts)


def document(vault, act, client, folder, leaf, number, writer):
    document_id, blob = DocumentId(random_id()), BlobId(random_id())
    content = hashlib.shake_128(document_id).digest(1000)
    words = pack_words(f"收据 {number} 金额 {number}.00 元\n" * 20)
    dek = Dek.generate()
    sealed = seal_blob(content, dek, BlobBinding(vault.id, document_id, 1, blob))
    extent = writer.append((sealed,))
    level = ("internal", "confidential")[number % 2]
    compartment = vault.records.compartment(folder.client_id, level)
    row = DocumentRow(
        id=document_id,
        code=short_code("D", document_id),
        ordinal=act.next_sequence,
        client_id=folder.client_id,
        folder_id=folder.id,
        leaf=leaf,
        compartment_id=compartment.id,
        series=folder.series,
        state="active",
        due=None,
        size=1024,
        sealed=b"",
        row_version=1,
    )
    details = DocumentDetails(
        title=f"收据 {number}",
        name=f"收据_2026年01月_{number}.txt",
        path="pile",
        type="receipt",
        level=level,
        period="2026-01",
        mime="text/plain",
        size=len(content),
        rule="bench",
        is_inbox=False,
        has_client=True,
        ingested_at="2026-01-01T00:00:00+00:00",
        ingested_by=vault.me.id.hex(),
    )
    sealed_details = vault.records.seal_document(row, details)
    row = type(row)(
        **{name: getattr(row, name) for name in row.__slots__ if name != "sealed"},
        sealed=sealed_details,
    )
    cipher, digest = hashlib.sha256(sealed).digest(), hashlib.sha256(content).digest()
    version = VersionRow(
        document_id,
        1,
        blob,
        extent.pack,
        extent.offset,
        extent.length,
        cipher,
        make_wrap(vault, row, 1, dek=dek, suite=Suite.COBBLESTONE_256),
        commit_content(dek, digest),
        dedup_token(vault.records.token_key(client), digest),
    )
    act.log(
        INGESTED,
        objects=(document_id.hex(),),
        cipher=cipher.hex(),
        facts={"row": clear_facts(row), "text": leaf + 1},
        seal=lambda sequence: vault.records.seal_event(row, {"n": number}, sequence),
    )
    return row, version, seal_text(vault.records, row, leaf + 1, words, 1)


def step_alone(place: Place) -> None:
    """Unwrap and wrap anew in one process, without reading or writing rows."""
    vault = open_vault(place.settings, None)
    vault.records.read_ahead()
    rows = papers(vault, 20_000)
    for row in vault.catalogue.compartments():
        raised = type(row)(
            row.id, row.client_id, row.level, row.doc_epoch + 1, row.meta_epoch
        )
        key = vault.keychain.doc_kek(row.id, row.doc_epoch)
        vault.keychain._doc[row.id, raised.doc_epoch] = key
        vault.records.remember([raised])
    start = time.process_time()
    done = [renew_paper(vault, paper) for paper in rows]
    seconds = time.process_time() - start
    assert all(len(one.wraps) == 1 for one in done)
    rate = len(rows) / seconds
    print(f"re-wrap, the step alone, one core: {rate:,.0f} documents a second")
    all_cores(vault, rows)
    vault.catalogue.close()


def all_cores(vault, rows: list[Paper]) -> None:
    """Do the same in copies of the process, as a rotation does; wall time."""
    size = -(-len(rows) // shares_for(len(rows)))
    shares = [
        [rows[at : at + 500] for at in range(start, min(start + size, len(rows)), 500)]
        for start in range(0, len(rows), size)
    ]
    start = time.perf_counter()
    renew = [[renew_paper(vault, paper) for paper in rows[:1]]]
    with Copies(
        shares,
        lambda portion: [renew_paper(vault, paper) for paper in portion],
        in_copy=vault.keychain.detach,
    ) as copies:
        renew += copies.results()
    seconds = time.perf_counter() - start
    assert sum(map(len, renew)) == len(rows) + 1
    rate = len(rows) / seconds
    print(
        f"re-wrap, the step alone, {len(shares)} cores: {rate:,.0f} documents a second"
    )


def papers(vault, most: int) -> list[Paper]:
    from ledgervault.ports.rows import DocumentFilter

    rows = vault.catalogue.documents(DocumentFilter(), after=-1, limit=most)
    wraps = {
        one.document_id: one for one in vault.catalogue.wraps_of([r.id for r in rows])
    }
    return [Paper(row, (wraps[row.id],), None) for row in rows]


def measure(place: Place, name: str, rounds: list[tuple[str, ...]]) -> None:
    walls, cpus, sets = zip(*(place.run(*argv) for argv in rounds), strict=True)
    print(
        f"vault {name:28} {statistics.median(walls):6.2f} s "
        f"({min(walls):.2f}-{max(walls):.2f})  CPU {statistics.median(cpus):6.2f} s "
        f"{max(sets):5.0f} MiB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    place = Place(asked.work.resolve())
    start = time.perf_counter()
    make_vault(place, asked.clients, asked.documents, asked.rounds)
    print(f"vault made in {time.perf_counter() - start:.0f} s", flush=True)
    step_alone(place)
    every = range(asked.rounds)
    measure(place, "user disable", [("user", "disable", f"leaver{n}") for n in every])
    for argv in (
        ("key", "rotate", "--all"),
        ("key", "rotate", "--client", "C0001"),
        ("key", "rotate", "--ring"),
    ):
        measure(place, " ".join(argv), [argv for _ in every])


if __name__ == "__main__":
    main()
