"""Judge the sample papers of an invented agency against their truth.

python tests/evaluation/classify_agency.py --samples DIR [--packs cn,base,...]

DIR holds `agency/` with its `truth.jsonl`, or is that folder. It is copied first,
because papers with hostile names travel in a zip and are unpacked into the copy.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation.scoring import CHINESE, PACKS, Judge, Score, Truth, print_report

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")
OPAQUE_KINDS = ("encrypted_pdf", "corrupt_pdf", "corrupt_xlsx")


def judge_agency(samples: Path, packs=CHINESE) -> Score:
    """Judge every paper of the samples; the score keeps their order."""
    source = samples / "agency" if (samples / "agency").is_dir() else samples
    judge = Judge(packs)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "agency"
        shutil.copytree(source, copy)
        with zipfile.ZipFile(copy / "hostile-names.zip") as hostile:
            hostile.extractall(copy)
        lines = (copy / "truth.jsonl").read_text("utf-8").splitlines()
        jurisdictions = _jurisdictions(copy)
        return Score(
            tuple(
                judge.judge(truth, _content(copy, truth.path))
                for truth in (_truth(json.loads(line), jurisdictions) for line in lines)
            )
        )


def _jurisdictions(root: Path) -> dict[str, str]:
    known = json.loads((root / "clients.json").read_text("utf-8"))
    return {client["folder"]: client["jurisdiction"] for client in known["clients"]}


def _content(root: Path, path: str) -> bytes:
    with open(os.fsencode(root) + b"/" + os.fsencode(path), "rb") as paper:
        return paper.read()


def _truth(line, jurisdictions) -> Truth:
    path = line["path"]
    kind = line["doc_type"]
    is_picture = path.lower().endswith(PICTURES) and "PDF named" not in line["notes"]
    return Truth(
        path=path,
        kind=f"{kind}, {line['layout']}",
        series=line["series"],
        level=line["level"],
        period=line["period"],
        detectors=line["detectors"],
        alternatives=tuple(line["alt_series"]),
        jurisdiction=jurisdictions.get(path.split("/")[0], "CN"),
        is_unreadable=is_picture or kind in OPAQUE_KINDS,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--packs", default=",".join(PACKS))
    chosen = parser.parse_args()
    print_report(judge_agency(chosen.samples, chosen.packs.split(",")))


if __name__ == "__main__":
    main()
