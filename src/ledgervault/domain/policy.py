"""Policy as values: packs of rules, overrides, and the canonical form they share."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ledgervault.domain.rules import (
    AccessRule,
    Approval,
    ArchiveRule,
    AuditRule,
    ClassifyRule,
    DestroyRule,
    DetectRule,
    RegisterKind,
    Retention,
    Rule,
    Series,
    ShareRule,
)
from ledgervault.domain.vocabulary import (
    ACTIONS,
    FAMILIES,
    LANGUAGE,
    LEVELS,
    PERMANENT,
    TRIGGERS,
    UNCLASSIFIED,
)
from ledgervault.errors import ConfigurationInvalid, UsageInvalid

__all__ = [
    "ACTIONS",
    "FAMILIES",
    "LANGUAGE",
    "LEVELS",
    "PERMANENT",
    "SECTIONS",
    "TRIGGERS",
    "UNCLASSIFIED",
    "Approval",
    "ClassifyRule",
    "DestroyRule",
    "DetectRule",
    "Pack",
    "PolicySet",
    "Retention",
    "Rules",
    "Series",
    "ShareRule",
    "canonical_source",
    "highest_level",
    "list_unconfirmed",
    "malformed",
]
SECTIONS = (
    "series",
    "classify",
    "detect",
    "access",
    "share",
    "archive",
    "destroy",
    "audit",
    "registers",
)


class Rules(TypedDict):
    """The rules of every section."""

    series: tuple[Series, ...]
    classify: tuple[ClassifyRule, ...]
    detect: tuple[DetectRule, ...]
    share: tuple[ShareRule, ...]
    destroy: tuple[DestroyRule, ...]
    access: tuple[AccessRule, ...]
    archive: tuple[ArchiveRule, ...]
    audit: tuple[AuditRule, ...]
    registers: tuple[RegisterKind, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Rules published together."""

    id: str
    version: str
    title: Mapping[str, str]
    jurisdiction: str
    series: tuple[Series, ...] = ()
    classify: tuple[ClassifyRule, ...] = ()
    detect: tuple[DetectRule, ...] = ()
    share: tuple[ShareRule, ...] = ()
    destroy: tuple[DestroyRule, ...] = ()
    access: tuple[AccessRule, ...] = ()
    archive: tuple[ArchiveRule, ...] = ()
    audit: tuple[AuditRule, ...] = ()
    registers: tuple[RegisterKind, ...] = ()
    client: str = ""  # whose own rules these are; they permit nothing new
    source: Mapping[str, Any] = dataclasses.field(repr=False, default_factory=dict)

    @property
    def source_hash(self) -> str:
        """Return the SHA-256 of the pack's canonical source."""
        return hashlib.sha256(canonical_source(self.source)).hexdigest()

    @property
    def is_override(self) -> bool:
        """Say whether these are a client's own rules."""
        return bool(self.client)

    def rules(self, section: str) -> tuple[Rule, ...]:
        """Return the rules of one section."""
        found: tuple[Rule, ...] = getattr(self, section)
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class PolicySet:
    """The packs a vault has adopted, in order; all apply. Overrides by client."""

    packs: tuple[Pack, ...]
    overrides: tuple[Pack, ...] = ()
    _series: dict[str, tuple[Pack, Series]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )
    _definitions: dict[str, list[tuple[Pack, Series]]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )
    _of_clients: dict[str, "PolicySet"] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the file plan."""
        for pack in self.packs:
            for series in pack.series:
                self._series.setdefault(series.id, (pack, series))
                self._definitions.setdefault(series.id, []).append((pack, series))

    def hash(self) -> str:
        """Return the SHA-256 of the canonical form."""
        return hashlib.sha256(canonical_source(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the canonical form that is adopted."""
        form: dict[str, Any] = {
            "language": LANGUAGE,
            "packs": [dict(pack.source) for pack in self.packs],
        }
        if self.overrides:
            form["overrides"] = [dict(one.source) for one in self.overrides]
        return form

    def for_client(self, token: str) -> "PolicySet":
        """Return what applies to a client: the packs and his own rules."""
        own = tuple(one for one in self.overrides if one.client == token)
        if not own:
            return self
        if token not in self._of_clients:
            self._of_clients[token] = PolicySet((*self.packs, *own))
        return self._of_clients[token]

    def with_override(self, override: Pack) -> "PolicySet":
        """Return the policy with a client's own rules in place of his earlier ones."""
        others = [one for one in self.overrides if one.client != override.client]
        return PolicySet(self.packs, (*others, override))

    def find_series(self, series_id: str) -> tuple[Pack, Series] | None:
        """Return a series with the pack that defines it first, or None."""
        return self._series.get(series_id)

    def definitions(self, series_id: str) -> list[tuple[Pack, Series]]:
        """Return every pack's definition of a series."""
        return self._definitions.get(series_id, [])

    def get_series(self, series_id: str) -> Series:
        """Return a series; UsageInvalid with the nearest names otherwise."""
        found = self._series.get(series_id)
        if found is None:
            near = [known for known in sorted(self._series) if series_id[:5] in known]
            raise UsageInvalid(
                f"the adopted policy has no series {series_id[:60]!r}",
                hint="such as " + ", ".join(near[:5] or sorted(self._series)[:5]),
                code="policy.series",
            )
        return found[1]

    def all_series(self) -> list[Series]:
        """Return the file plan in pack order."""
        return [series for _pack, series in self._series.values()]


def highest_level(*levels: str) -> str:
    """Return the highest of the levels; none is the lowest there is."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


def canonical_source(source: Mapping[str, Any]) -> bytes:
    """Write a source so that equal rules hash alike."""
    text = json.dumps(source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def list_unconfirmed(policy: PolicySet) -> Sequence[tuple[str, str]]:
    """Return pack and rule whose source has not been confirmed."""
    return [
        (pack.id, rule.id)
        for pack in policy.packs
        for section in SECTIONS
        for rule in pack.rules(section)
        if not rule.is_confirmed
    ]


def malformed(what: str) -> ConfigurationInvalid:
    """Return the error for an adopted policy that cannot be read."""
    return ConfigurationInvalid(
        f"the adopted policy is not readable: {what}", code="policy.malformed"
    )
