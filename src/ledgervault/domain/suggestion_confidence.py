"""How sure a suggestion may be, learned from how often the reviewed papers prove it right.

Two numbers are weighed: how near the best answer is, and by how much it beats the
second. What was reviewed is asked twice: as if one paper were new, and as if its whole
series were, which is how papers unlike any seen come to a low confidence.
"""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

# What a paper of a series never seen weighs, against one of a known series.
STRANGERS = 0.5
STEPS = 20  # of Newton's method; it stands still long before
_RIDGE = np.diag([1e-3, 1e-2, 1e-2])  # keeps the fit finite when all answers are right

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted curve from nearness and lead to the chance of being right."""

    weights: tuple[float, float, float]

    def of(self, best: Numbers, second: Numbers) -> Numbers:
        """Return the chance, 0 to 1, for every pair of nearness values."""
        return _chance(_columns(best, second) @ np.array(self.weights))


def fit_confidence(
    known: tuple[Numbers, Numbers], is_right: Flags, strange: tuple[Numbers, Numbers]
) -> Confidence:
    """Fit by Newton's method; `known` and `strange` are (best, second) each."""
    columns = np.concatenate([_columns(*known), _columns(*strange)])
    truth = np.concatenate([is_right.astype(float), np.zeros(len(strange[0]))])
    weight = np.concatenate(
        [np.ones(len(is_right)), np.full(len(strange[0]), STRANGERS)]
    )
    found = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        chance = _chance(columns @ found)
        slope = columns.T @ (weight * (truth - chance)) - _RIDGE @ found
        bend: Any = (columns * (weight * chance * (1 - chance))[:, None]).T @ columns
        found += np.linalg.solve(bend + _RIDGE, slope)
    return Confidence((float(found[0]), float(found[1]), float(found[2])))


def _columns(best: Numbers, second: Numbers) -> Numbers:
    return np.stack([np.ones(len(best)), best, best - second], axis=1).astype(float)


def _chance(score: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -60, 60))))
