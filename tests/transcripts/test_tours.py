"""Every page that shows a tour is walked: its commands, in its order, as written.

A tour is the `sh` block that follows `<!-- tour -->`. Ids in it stand for the first
document found, the first disposal, hold and share; `/media/备份盘` is a folder that
exists; what stands behind `--fingerprint` are the words that are read out for the file
before it. Every command must end with 0; with `|| true` it may have complaints.
"""

import dataclasses
import json
import re
import shlex
from pathlib import Path

import pytest

from ledgervault.cli.app import main as run_line
from ledgervault.config import Argon2Cost, PassphraseCost
from ledgervault.crypto.fingerprints import fingerprint_words
from ledgervault.vault.invitations import JoinRequest
from ledgervault.vault.recovery_papers import parse_request

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/README.zh.md",
    "docs/tutorial.md",
    "docs/tutorial.zh.md",
    "docs/guides/share.md",
    "docs/guides/year-end.md",
    "docs/guides/destruction.md",
    "docs/guides/backup.md",
    "docs/guides/cron.md",
    "docs/guides/recovery.md",
    "docs/guides/registers.md",
    "docs/guides/recovery.zh.md",
    "docs/guides/unlocking.md",
)
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))
TOUR = re.compile(r"<!-- tour -->\n```sh\n(.*?)```", re.DOTALL)
DISK = "/media/备份盘"
MENTIONED = re.compile(r"\b([DXHS])-[0-9A-Z]+")
LISTS = {
    "D": (["search", "工资"], "documents"),
    "X": (["disposal", "list"], "disposals"),
    "H": (["hold", "list"], "holds"),
    "S": (["shares", "list"], "shares"),
}


def main(argv):
    def cheapen(options):
        options.passphrase_cost = CHEAP

    return run_line(argv, adjust=cheapen)


def read_out(path):
    raw = path.read_bytes()
    is_recovery = b"ledgervault-recovery-request" in raw
    asked = parse_request(raw) if is_recovery else JoinRequest.parse(raw)
    return fingerprint_words(asked.public, "zh")


@dataclasses.dataclass
class Walk:
    root: Path
    capture: object

    def lines(self, page):
        blocks = TOUR.findall((REPOSITORY / page).read_text())
        text = "".join(blocks).replace("\\\n", " ")
        for line in text.splitlines():
            yield from shlex.join(shlex.split(line, comments=True)).split(" '&&' ")

    def step(self, line):
        line, may_fail, _true = line.partition(" '||' true")
        line, _into, _file = line.partition(" '>' ")
        words = shlex.split(line)
        assert words[0] == "vault", line
        argv = [self.meant(word) for word in words[1:]]
        if "--fingerprint" in argv:
            at = argv.index("--fingerprint")
            argv[at + 1] = read_out(self.root / argv[at - 1])
        self.capture.readouterr()
        code = main(argv)
        out, err = self.capture.readouterr()
        assert code in ((0, 3) if may_fail else (0,)), (line, argv, out, err)

    def meant(self, word):
        if word.startswith("src/"):
            return str(REPOSITORY / word)
        return MENTIONED.sub(self.real_id, word.replace(DISK, str(self.root / "disk")))

    def real_id(self, found):
        argv, key = LISTS[found.group(1)]
        self.capture.readouterr()
        assert main(["--json", *argv]) == 0
        return json.loads(self.capture.readouterr()[0])[key][0]["id"]


@pytest.fixture
def walk(tmp_path, monkeypatch, capfd, soft_token):
    (tmp_path / "disk").mkdir()
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("pine cobalt rivet moss lantern quay\n")
    for number, name in enumerate(("新口令", "另一口令", "第三口令")):
        (tmp_path / f"{name}.txt").write_text(
            f"vellum harbour {number} cedar mistral\n"
        )
    monkeypatch.setenv("LEDGERVAULT_PIN_FILE", str(soft_token.pin_file))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(passphrase))
    monkeypatch.delenv("LEDGERVAULT_HOME", raising=False)
    monkeypatch.delenv("LEDGERVAULT_IDENTITY", raising=False)
    return Walk(tmp_path, capfd)


@pytest.mark.parametrize("page", PAGES)
def test_tour_of_the_page_works_as_written(walk, page):
    lines = list(walk.lines(page))
    assert len(lines) > 4
    assert shlex.split(lines[0].replace("--as owner ", ""))[:2] == ["vault", "init"]
    for line in lines:
        walk.step(line)
