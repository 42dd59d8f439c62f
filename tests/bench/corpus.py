"""Write a deterministic corpus of bookkeeping papers for benchmarks.

python corpus.py OUT [--documents 10000] [--clients 200] [--seed 1]

OUT/C0001/<year>/<name>: sizes are log-normal (median 60 KB, sigma 1.1, at most
5 MB), 60 % incompressible (PDF, JPEG), 25 % text (XML invoices, CSV statements),
15 % office zips. Bytes depend on the seed alone. Standard library only.
"""

import argparse
import hashlib
import io
import math
import random  # noqa: TID251 - a repeatable corpus, nothing secret
import statistics
import zipfile
from pathlib import Path

KINDS = (
    ("pdf", 40, "记账凭证"),
    ("jpg", 20, "费用报销单"),
    ("xml", 13, "数电发票"),
    ("csv", 12, "银行对账单"),
    ("xlsx", 9, "科目余额表"),
    ("docx", 6, "财务报表附注"),
)
FIRST_YEAR, LAST_YEAR = 2012, 2026


def noise(key: str, size: int) -> bytes:
    return hashlib.shake_128(key.encode()).digest(size)


def sizes(count: int, chance: random.Random) -> list[int]:
    normal = statistics.NormalDist()
    drawn = [
        int(60_000 * math.exp(1.1 * normal.inv_cdf((i + 0.5) / count)))
        for i in range(count)
    ]
    chance.shuffle(drawn)
    return [min(5_000_000, max(900, size)) for size in drawn]


def pdf(key: str, size: int, _chance: random.Random) -> bytes:
    body = noise(key, max(16, size - 300))
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Length "
        + str(len(body)).encode()
        + b">>stream\n"
        + body
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def jpg(key: str, size: int, _chance: random.Random) -> bytes:
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\xc8\x00\xc8\x00\x00"
    return head + noise(key, max(16, size - 30)) + b"\xff\xd9"


def xml(key: str, size: int, chance: random.Random) -> bytes:
    lines = [
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<EInvoice><Header>'
            f"<EIid>{chance.randrange(10**19):020d}</EIid></Header><EInvoiceData>\n"
        )
    ]
    total = 200
    while total < size:
        amount = chance.random() * 900
        line = (
            f"<IssuItemInformation><ItemName>*现代服务*代理记账 {len(lines)}</ItemName>"
            f"<Amount>{amount:.2f}</Amount><UnPrice>{amount:.11f}</UnPrice>"
            "<TaxRate>0.06</TaxRate></IssuItemInformation>\n"
        )
        lines.append(line)
        total += len(line) + 20
    return ("".join(lines) + "</EInvoiceData></EInvoice>\n").encode()


def csv(key: str, size: int, chance: random.Random) -> bytes:
    lines = ["交易日期,摘要,对方户名,对方账号,金额,余额,流水号\r\n"]
    total = 90
    while total < size:
        line = (
            f"2026-{1 + len(lines) % 12:02d}-{1 + len(lines) % 28:02d},货款,"
            f"澄江{len(lines) % 40}商贸有限公司,6222{chance.randrange(10**15):015d},"
            f"{chance.random() * 20000:.2f},{chance.random() * 1e6:.2f},"
            f"{chance.randrange(10**16):016d}\r\n"
        )
        lines.append(line)
        total += len(line) + 20
    return "".join(lines).encode("gb18030")


def office(key: str, size: int, chance: random.Random, part: str) -> bytes:
    rows = "".join(
        f"<row><c t='inlineStr'><is><t>往来单位{i}</t></is></c>"
        f"<c><v>{chance.random() * 1e6:.2f}</v></c></row>"
        for i in range(min(size, 200_000) // 120)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        members = (
            ("[Content_Types].xml", b"<Types/>"),
            (part, f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()),
        )
        for name, data in members:
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 6)
        rest = max(16, size - out.tell() - 400)
        info = zipfile.ZipInfo("media/image1.jpeg", (2026, 1, 2, 3, 4, 6))
        archive.writestr(info, jpg(key, rest, chance), zipfile.ZIP_STORED)
    return out.getvalue()


MAKERS = {
    "pdf": pdf,
    "jpg": jpg,
    "xml": xml,
    "csv": csv,
    "xlsx": lambda k, n, r: office(k, n, r, "xl/worksheets/sheet1.xml"),
    "docx": lambda k, n, r: office(k, n, r, "word/document.xml"),
}


def write_corpus(out: Path, documents: int, clients: int, seed: int) -> int:
    chance = random.Random(f"plan {seed}")
    kinds = [
        kind for kind in KINDS for _ in range(math.ceil(documents * kind[1] / 100))
    ]
    chance.shuffle(kinds)
    total = 0
    for number, size in enumerate(sizes(documents, chance)):
        kind, _share, word = kinds[number]
        year = chance.randint(FIRST_YEAR, LAST_YEAR)
        month = chance.randint(1, 12)
        folder = out / f"C{chance.randint(1, clients):04d}" / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        data = MAKERS[kind](f"{seed} {number}", size, random.Random(f"{seed} {number}"))
        name = f"{word}_{year}年{month:02d}月_{number:05d}.{kind}"
        (folder / name).write_bytes(data)
        total += len(data)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    total = write_corpus(chosen.out, chosen.documents, chosen.clients, chosen.seed)
    print(f"{chosen.documents} documents, {total} bytes")


if __name__ == "__main__":
    main()
