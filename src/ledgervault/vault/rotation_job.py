"""What is left of a rotation: kept in the catalogue from its first act to its last.

While it stands, rows of its compartments may lie under older epochs than the
present one. Losing it loses no key: rows say themselves what they are under.
"""

import dataclasses
from typing import Any, Self

from ledgervault.errors import IntegrityViolated
from ledgervault.ids import CompartmentId
from ledgervault.ledger.canonical import canonical_json, parse_canonical
from ledgervault.ports.catalogue import CatalogueReads, CatalogueWrites

ROTATION_FACT = "rotation"


@dataclasses.dataclass(frozen=True, slots=True)
class RotationJob:
    """Compartments whose rows must come under the present epoch, and why."""

    compartments: frozenset[CompartmentId]
    why: str
    by: str  # the user who began it, in hex

    def joined(self, earlier: "RotationJob | None") -> Self:
        """Return this job with what an earlier one has not finished."""
        if earlier is None:
            return self
        both = self.compartments | earlier.compartments
        return dataclasses.replace(self, compartments=both)


def unfinished_rotation(reads: CatalogueReads) -> RotationJob | None:
    """Return the rotation that is under way, if there is one."""
    raw = reads.fact(ROTATION_FACT)
    return _job(parse_canonical(raw)) if raw else None


def put_rotation(tx: CatalogueWrites, job: RotationJob | None) -> None:
    """Write down what is under way; None when nothing is."""
    tx.put_fact(ROTATION_FACT, canonical_json(_facts(job)) if job else b"")


def _facts(job: RotationJob) -> dict[str, Any]:
    compartments = sorted(one.hex() for one in job.compartments)
    return {"compartments": compartments, "why": job.why, "by": job.by}


def _job(facts: Any) -> RotationJob:
    try:
        found = [CompartmentId(bytes.fromhex(one)) for one in facts["compartments"]]
        return RotationJob(frozenset(found), str(facts["why"]), str(facts["by"]))
    except (KeyError, TypeError, ValueError) as error:
        raise IntegrityViolated(
            "the record of an unfinished rotation is not readable",
            code="catalogue.damaged",
        ) from error
