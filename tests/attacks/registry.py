"""The attacks, each with what it does, what is run after it, and what refuses it.

`python -m attacks.registry` prints the page docs/design/attacks.md.
"""

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from typing import Any

FAMILIES = (
    "on_papers",
    "on_keys",
    "on_people",
    "on_ring",
    "on_log",
    "on_orders",
    "on_files",
)
REFUSED = (8, 9)
HEAD = """\
# Attacks that are tried

Splice, replay, roll-back, downgrade: what somebody does who may write every file of the
vault, knows the program, keeps older copies, and has a vault and an identity of his own.
Each line is a test (`tests/attacks`): the vault is real, its files are edited behind its
back, then the commands are run that a person or cron would run. Every one of them must end
with exit 9 (integrity) or 8 (not authorised), print no content, and destroy nothing.

This page is written by `python -m attacks.registry`; a test compares it.
"""


@dataclasses.dataclass(frozen=True)
class Attack:
    """One thing somebody does to a vault's files."""

    family: str
    name: str
    act: Callable[[Any], None]
    runs: Sequence[Sequence[str]]  # refused, each
    by: str  # what refuses
    harmless: Sequence[
        Sequence[str]
    ] = ()  # run too; may end well, must destroy nothing

    @property
    def id(self):
        return self.name.replace(" ", "-").replace(",", "")


class Family:
    """Attacks on one part of the vault; `attack` registers a function as one."""

    def __init__(self, title):
        self.title = title
        self.attacks = []

    def __call__(self, name, *runs, by, harmless=()):
        def register(act):
            self.attacks.append(Attack(self.title, name, act, runs, by, harmless))
            return act

        return register


def all_attacks():
    """Return every attack of every family, in order."""
    modules = [importlib.import_module(f"attacks.{name}") for name in FAMILIES]
    return [one for module in modules for one in module.attack.attacks]


def page():
    """Write the page that lists them."""
    attacks = all_attacks()
    lines = [HEAD, f"Attacks: {len(attacks)}."]
    for title in dict.fromkeys(one.family for one in attacks):
        lines += ["", f"## {title}", "", "| attack | then run | refused by |"]
        lines.append("|---|---|---|")
        for one in attacks:
            if one.family == title:
                runs = ", ".join(f"`{shown(run)}`" for run in one.runs)
                lines.append(f"| {one.name} | {runs} | {one.by} |")
    return "\n".join(lines) + "\n"


def shown(run):
    """Write a command without what only the test needs."""
    words = [
        word for word in run if word not in ("-o", "OUT", "OUT/paper", "--reason", "x")
    ]
    return " ".join(word.replace("{", "").replace("}", "") for word in words)


if __name__ == "__main__":
    print(page(), end="")
