"""Everything wrong with policy files, all at once, each with its place and a hint."""

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Sequence

from ledgervault.errors import ConfigurationInvalid

SHOWN = 60
SHOWN_PROBLEMS = 500  # a terminal; `details` hold all
_NOUNS = ("what", "trap")
DID_YOU_MEAN = "did you mean {close}?"
Translate = Callable[[str], str]
Place = tuple[str, int, int]


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong, at a line and column counted from one.

    Message and hint are templates with their values apart, so that they can be
    said in another language.
    """

    file: str
    line: int
    column: int
    template: str
    advice: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        """Return what is wrong, in English."""
        return self.template.format(**dict(self.values))

    @property
    def hint(self) -> str:
        """Return how to mend it, in English, or nothing."""
        return self.advice.format(**dict(self.values))

    def worded(self, translate: Translate) -> str:
        """Write the problem with its place, each text translated."""
        # What a file says stays as it is; only our own nouns are translated.
        values = {
            name: translate(value) if name in _NOUNS else value
            for name, value in self.values
        }
        message = translate(self.template).format(**values)
        place = f"{self.file}:{self.line}:{self.column}: {message}"
        if not self.advice:
            return place
        return f"{place} ({translate(self.advice).format(**values)})"

    def __str__(self) -> str:
        return self.worded(str)

    def as_json(self) -> dict[str, object]:
        """Return the shape scripts read."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }


class PolicyInvalid(ConfigurationInvalid):
    """One or more policy files cannot be used."""

    default_code = "policy.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(
            self._text(str),
            hint="mend the files and run `vault policy check`",
            details={"problems": [problem.as_json() for problem in self.problems]},
        )

    def worded(self, translate: Translate) -> tuple[str, str]:
        """Return all problems and the hint in another language."""
        return self._text(translate), translate(self.hint)

    def _text(self, translate: Translate) -> str:
        found = len(self.problems)
        heading = "{count} problem in policy files"
        if found != 1:
            heading = "{count} problems in policy files"
        lines = [translate(heading).format(count=found)]
        lines += [one.worded(translate) for one in self.problems[:SHOWN_PROBLEMS]]
        if found > SHOWN_PROBLEMS:
            lines.append(
                translate("and {count} more").format(count=found - SHOWN_PROBLEMS)
            )
        return "\n".join(lines)


def problem_at(place: Place, template: str, advice: str = "", **values: str) -> Problem:
    """Return a problem at file, line and column; `values` fill its templates."""
    return Problem(*place, template, advice, tuple(values.items()))


def near_miss(word: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.65)
    return close[0] if close else ""


def shown(text: str) -> str:
    """Quote a piece of a hostile file for a message."""
    return ascii(text[:SHOWN]) if not text.isprintable() else f"'{text[:SHOWN]}'"
