"""Every attack is refused, tells nothing and destroys nothing; the page lists them."""

from pathlib import Path

import pytest

from attacks.registry import REFUSED, all_attacks, page
from attacks.scene import CANARY

ATTACKS = all_attacks()
PAGE = Path(__file__).resolve().parents[2] / "docs" / "design" / "attacks.md"
WITHOUT_CONTENT = ("purge", "verify", "log", "backup")  # they print ids and findings


def carry_out(scene, run):
    """Run a command, as the colleague it names first or as the owner."""
    if not run[0].startswith("as:"):
        return scene.run(*words(scene, run))
    with scene.people[run[0].removeprefix("as:")].at_his_machine():
        return scene.run(*words(scene, run[1:]))


def words(scene, run):
    out = scene.root / "out"
    out.mkdir(exist_ok=True)
    places = {"OUT": out, "TARGET": scene.target, "ROOT": scene.root}
    words = [word.format(**scene.ids) for word in run]
    for name, place in places.items():
        words = [word.replace(name, str(place)) for word in words]
    return words


def verify_nothing_told(scene, run, ran):
    assert CANARY not in ran.out + ran.err
    if run[0] not in WITHOUT_CONTENT:
        assert ran.out == ""
    for path in (scene.root / "out").rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path


def verify_nothing_destroyed(scene, before):
    for was, now in zip(before, scene.standing(), strict=True):
        assert was <= now


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_attack_is_refused_tells_nothing_and_destroys_nothing(scene, attack):
    attack.act(scene)
    before = scene.standing()
    for run in attack.runs:
        ran = carry_out(scene, run)
        assert ran.code in REFUSED, (run, ran.code, ran.out[:300], ran.err[:300])
        verify_nothing_told(scene, run, ran)
        assert "Traceback" not in ran.err
        verify_nothing_destroyed(scene, before)
    for run in attack.harmless:
        ran = carry_out(scene, run)
        assert ran.code != 1, ran
        verify_nothing_destroyed(scene, before)


def test_commands_succeed_where_nothing_was_attacked(scene):
    runs = {run for attack in ATTACKS for run in (*attack.runs, *attack.harmless)}
    assert len(runs) > 10
    # An older copy, and somebody who has left, are refused in any case.
    runs = {run for run in runs if run[0] not in ("--vault", "as:he")}
    failed = [run for run in runs if carry_out(scene, run).code in REFUSED]
    assert failed == []


def test_there_are_at_least_sixty_attacks_and_each_is_another():
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)


def test_page_lists_every_attack():
    assert PAGE.read_text(encoding="utf-8") == page()
