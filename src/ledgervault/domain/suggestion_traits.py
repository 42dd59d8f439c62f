"""What a paper looks like, as numbers: hashed pieces of its name and its first words.

Pieces are runs of characters, so no language needs a dictionary; digits count as one
digit, because numbers and dates differ between papers of one kind. Deterministic: the
same papers give the same numbers on every machine.
"""

import dataclasses
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 4096  # columns; a power of two
NAME_RUNS = (1, 2, 3)  # characters
TEXT_RUNS = (2,)
TEXT_WEIGHT = 0.5  # a name is chosen, words are many
TOKEN_WEIGHT = 1.5
PORTION = 500  # papers counted at once; bounds memory
TEXT_CHARACTERS = 400

Vectors = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.int64]
_ZERO, _ONE, _ABOVE_ZERO = np.uint32(ord("0")), np.uint32(ord("1")), np.uint32(9)
_SEED, _STEP = 0x9E3779B1, np.uint32(0x85EBCA77)
_SHIFT, _MASK = np.uint32(15), np.uint32(WIDTH - 1)
_TEXT_SALT = 16


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """What a suggestion may look at: never whose paper it is, nor what it is filed as."""

    name: str
    text: str = ""
    mime: str = ""
    detected: tuple[str, ...] = ()  # names of detectors that found something


def vectors_of(papers: Sequence[Traits]) -> Vectors:
    """Return one row of WIDTH counts a paper, damped; not yet of unit length."""
    rows = np.zeros((len(papers), WIDTH), np.float32)
    for start in range(0, len(papers), PORTION):
        portion = papers[start : start + PORTION]
        rows[start : start + len(portion)] = _counted(portion)
    return rows


def _counted(papers: Sequence[Traits]) -> Vectors:
    names = [_folded(f"^{_stem(paper.name)}$") for paper in papers]
    texts = [_folded(paper.text[:TEXT_CHARACTERS]) for paper in papers]
    cells = len(papers) * WIDTH
    in_names = np.concatenate([_places(names, run, run) for run in NAME_RUNS])
    in_texts = np.concatenate(
        [_places(texts, run, _TEXT_SALT + run) for run in TEXT_RUNS]
    )
    counts = np.bincount(in_names, minlength=cells).astype(np.float32)
    counts += TEXT_WEIGHT * np.bincount(in_texts, minlength=cells).astype(np.float32)
    rows: Vectors = np.log1p(counts).reshape(len(papers), WIDTH)
    for row, paper in enumerate(papers):
        for token in _tokens(paper):
            rows[row, zlib.crc32(token.encode()) % WIDTH] += TOKEN_WEIGHT
    return rows


def _places(texts: Sequence[str], run: int, salt: int) -> _Numbers:
    """Return paper * WIDTH + column for every run of characters inside a text."""
    raw = "".join(text + "\0" for text in texts).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(raw, dtype=np.uint32).copy()
    letters[letters - _ONE < _ABOVE_ZERO] = _ZERO  # what lies before "1" wraps around
    lengths = [len(text) + 1 for text in texts]
    paper = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    count = max(len(letters) - run + 1, 0)
    hashed: Any = np.full(count, salt * _SEED & 0xFFFFFFFF, dtype=np.uint32)
    for offset in range(run):
        hashed ^= letters[offset : offset + count]
        hashed *= _STEP
        hashed ^= hashed >> _SHIFT
    # A run that reaches an end mark would join two papers.
    first, last = paper[:count], paper[run - 1 :]
    is_inside = (first == last) & (letters[run - 1 :] != 0)
    places: _Numbers = first[is_inside] * WIDTH + (hashed[is_inside] & _MASK)
    return places


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\0", " ")


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0] or name


def _tokens(paper: Traits) -> list[str]:
    ending = paper.name.rsplit(".", 1)[-1].casefold() if "." in paper.name else ""
    found = [f"found {name}" for name in paper.detected]
    # Names may hold bytes that are no UTF-8.
    plain = ending.encode("ascii", "replace").decode()
    return [f"mime {paper.mime}", f"ending {plain}", *found]
