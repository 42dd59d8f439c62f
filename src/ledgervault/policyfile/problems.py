"""Everything wrong with policy files, all at once, each with its place and a hint."""

import dataclasses
import difflib
from collections.abc import Iterable, Sequence

from ledgervault.errors import ConfigurationInvalid

SHOWN = 60
SHOWN_PROBLEMS = 500  # a terminal; `details` hold all


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong, at a line and column counted from one."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return f"{place} ({self.hint})" if self.hint else place


class PolicyInvalid(ConfigurationInvalid):
    """One or more policy files cannot be used."""

    default_code = "policy.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = tuple(sorted(set(problems)))
        noun = "problem" if len(ordered) == 1 else "problems"
        lines = [str(problem) for problem in ordered[:SHOWN_PROBLEMS]]
        if len(ordered) > SHOWN_PROBLEMS:
            lines.append(f"and {len(ordered) - SHOWN_PROBLEMS} more")
        super().__init__(
            f"{len(ordered)} {noun} in policy files\n" + "\n".join(lines),
            hint="mend the files and run `vault policy check`",
            details={"problems": [dataclasses.asdict(problem) for problem in ordered]},
        )
        self.problems = ordered


def near_miss(word: str, known: Iterable[str]) -> str:
    """Suggest the known word that was probably meant, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""


def shown(text: str) -> str:
    """Quote a piece of a hostile file for a message."""
    return ascii(text[:SHOWN]) if not text.isprintable() else f"'{text[:SHOWN]}'"
