"""A kit rebuilds the identity it was printed for, and says what it lacks."""

import dataclasses
import re

import pytest

from ledgervault.bootstrap.creating import InitRequest, init_vault
from ledgervault.bootstrap.kits import KitSource, rebuild_identity
from ledgervault.bootstrap.unlocking import unlock_identity
from ledgervault.config import Argon2Cost, PassphraseCost, Settings
from ledgervault.crypto.kit_records import find_recovery_code
from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    NotAuthorised,
    NotFound,
    UsageInvalid,
)

OLD, NEW = "pine cobalt rivet moss lantern quay", "amber thistle harbour finch loom oat"
CHEAP = PassphraseCost(new=Argon2Cost(1, 1, 64), floor=Argon2Cost(1, 1, 8))


@dataclasses.dataclass
class Printed:
    """A vault, its printed kit, and a new machine."""

    settings: Settings
    text: str
    fingerprint: str
    root: object

    @property
    def code(self):
        return find_recovery_code(self.text)

    @property
    def lines(self):
        return re.findall(r"LVK\d-[0-9A-Z-]{47}", self.text)

    def file(self, name, text):
        path = self.root / name
        path.write_text(text)
        return str(path)

    def rebuild(self, *, ask=None, passphrase=NEW, **source):
        given = KitSource(ask=ask, **source)
        return rebuild_identity(self.settings, given, lambda: passphrase)


@pytest.fixture
def printed(tmp_path):
    kit = tmp_path / "kit.txt"
    settings = Settings(tmp_path / "vault", tmp_path / "old", passphrase_cost=CHEAP)
    request = InitRequest("鹿垄", ("cn", "base"), passphrase=OLD, recovery_kit=str(kit))
    made = init_vault(settings, request)
    fresh = dataclasses.replace(settings, config_dir=tmp_path / "new")
    return Printed(fresh, kit.read_text(), made.fingerprint, tmp_path)


def test_rebuilt_file_opens_with_the_new_passphrase_and_the_old_code(printed):
    made = printed.rebuild(kit=printed.file("scan.txt", printed.text))
    assert made.fingerprint == printed.fingerprint
    for secret in (NEW, printed.code):
        identity = unlock_identity(printed.settings, lambda _name, it=secret: it)
        assert identity.public.fingerprint() == printed.fingerprint
    with pytest.raises(NotAuthorised):
        unlock_identity(printed.settings, lambda _name: OLD)


def test_what_is_on_paper_alone_is_typed_and_a_mistyped_line_is_asked_for_again(
    printed,
):
    lines, asked = printed.lines, []
    mistyped = lines[3][:-1] + ("0" if lines[3][-1] != "0" else "1")
    answers = iter([printed.code.lower(), *lines[:3], mistyped, *lines[3:]])

    def ask(prompt):
        asked.append(prompt)
        return next(answers)

    assert printed.rebuild(ask=ask).fingerprint == printed.fingerprint
    assert [one for one in asked if "LVK4-" in one] == [
        "LVK4-",
        "not as it was printed, again: LVK4-",
    ]
    assert len(asked) == 10


def test_lines_are_typed_without_their_beginnings_too(printed):
    bare = [line.partition("-")[2].replace("-", " ") for line in printed.lines]
    answers = iter([printed.code, *bare])
    made = printed.rebuild(ask=lambda _prompt: next(answers))
    assert made.fingerprint == printed.fingerprint


def test_a_line_that_stays_wrong_is_named(printed):
    answers = iter([printed.code, *["nonsense"] * 3])
    with pytest.raises(UsageInvalid, match="line 1 "):
        printed.rebuild(ask=lambda _prompt: next(answers))


def test_the_code_may_lie_in_a_file_of_its_own(printed):
    record = printed.file("record.txt", " ".join(printed.lines))
    code = printed.file("code.txt", printed.code + "\n")
    made = printed.rebuild(kit=record, code_file=code)
    assert made.fingerprint == printed.fingerprint


@pytest.mark.parametrize("part", ["code", "record"])
def test_half_a_kit_opens_nothing_and_says_what_it_lacks(printed, part):
    text = printed.code if part == "code" else "\n".join(printed.lines)
    with pytest.raises(UsageInvalid, match="the kit lacks") as refused:
        printed.rebuild(kit=printed.file("half.txt", text))
    lacking = "the identity record" if part == "code" else "the recovery code"
    assert lacking in refused.value.message
    with pytest.raises(UsageInvalid):
        printed.rebuild(code_file=printed.file("half.txt", text))


def test_halves_of_two_kits_do_not_fit(printed, tmp_path):
    other = Settings(tmp_path / "v2", tmp_path / "c2", passphrase_cost=CHEAP)
    kit = tmp_path / "other.txt"
    init_vault(
        other, InitRequest("x", ("base",), passphrase=OLD, recovery_kit=str(kit))
    )
    code = printed.file("code.txt", find_recovery_code(kit.read_text()))
    record = printed.file("record.txt", "\n".join(printed.lines))
    with pytest.raises(NotAuthorised) as refused:
        printed.rebuild(kit=record, code_file=code)
    assert refused.value.code == "recovery.code"


def test_nothing_is_written_unless_the_new_passphrase_is_strong(printed):
    scan = printed.file("scan.txt", printed.text)
    for passphrase in (None, "short", "password1234"):
        with pytest.raises(UsageInvalid):
            printed.rebuild(kit=scan, passphrase=passphrase)
    assert not printed.settings.config_dir.exists()


def test_an_identity_that_is_there_is_not_overwritten(printed):
    scan = printed.file("scan.txt", printed.text)
    named = dataclasses.replace(printed.settings, identity_name="me")
    printed.settings = named
    assert printed.rebuild(kit=scan).identity == "me"
    with pytest.raises(Conflict):
        printed.rebuild(kit=scan)
    printed.settings = dataclasses.replace(named, identity_name=None)
    assert [printed.rebuild(kit=scan).identity for _ in range(2)] == [
        "restored",
        "restored-2",
    ]


def test_a_kit_that_is_not_there_or_huge_is_refused(printed):
    with pytest.raises(NotFound):
        printed.rebuild(kit=str(printed.root / "none"))
    with pytest.raises(IntegrityViolated):
        printed.rebuild(kit=printed.file("huge", "x" * (2 << 20)))


def test_drill_refuses_the_kit_of_somebody_else(agency, tmp_path):
    kits = tmp_path / "config" / "ledgervault" / "recovery-kits"
    own = next(kits.iterdir())
    done = agency.json("key", "recovery", "drill", "--kit", str(own))
    assert done == {"ok": True, "opens_file": True}
    other = Settings(tmp_path / "v2", tmp_path / "c2", passphrase_cost=CHEAP)
    kit = tmp_path / "other.html"
    init_vault(
        other, InitRequest("x", ("base",), passphrase=OLD, recovery_kit=str(kit))
    )
    ran = agency.run("key", "recovery", "drill", "--kit", str(kit))
    assert (ran.code, "another identity" in ran.err) == (8, True)
    assert agency.run("key", "recovery", "drill").code == 2
    for secret in (find_recovery_code(own.read_text()), "LVK3-"):
        assert secret not in ran.out + ran.err
    logged = agency.json("log", "show", "--act", "recovery.drilled")["entries"]
    assert len(logged) == 1
