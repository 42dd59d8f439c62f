"""Where what is known of a paper comes from: who said it, when, and by which rule."""

from collections.abc import Mapping

from ledgervault.domain.building import policy_from_json
from ledgervault.domain.calendar import instant_text
from ledgervault.domain.classification import MANUAL
from ledgervault.domain.client_facts import YEAR_END, FactEvent
from ledgervault.domain.clients import Client
from ledgervault.domain.explanation import (
    FROM_CLIENT,
    FROM_CONTENT,
    FROM_DOCUMENT,
    FROM_EVENT,
    FROM_FOLDERS,
    FROM_INGEST,
    FROM_NAME,
    PERIOD_TRIGGERS,
    UNKNOWN,
    FactUsed,
    Filed,
    Law,
    blockers_of,
    law_of,
    triggers_of,
)
from ledgervault.domain.periods import infer_period
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import IntegrityViolated, NotAuthorised, NotFound
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DocumentRow
from ledgervault.vault.filing import Subject, retention_facts
from ledgervault.vault.opened import Vault
from ledgervault.vault.truth import EDITED, INGESTED


class Provenance:
    """Says of each fact that retention used where it comes from."""

    def __init__(
        self,
        subject: Subject,
        client: Client,
        policy: PolicySet,
        *,
        stated: Mapping[str, str],
        name: str,
        path: str,
    ) -> None:
        self._subject = subject
        self._client = client
        self._policy = policy
        self._stated = stated  # what a person said of this document
        self._name = name
        self._path = path
        self._known = client.facts_for(subject.series, subject.period)
        self._asked = retention_facts(subject, client)

    def facts(self) -> list[FactUsed]:
        """Return the facts that were used, those nobody knows included."""
        used: dict[str, FactUsed] = {}
        for trigger in triggers_of(self._subject.series, self._policy):
            for fact in self._of_trigger(trigger):
                used[fact.name] = fact
        for matter in blockers_of(self._subject.series, self._policy):
            if matter in self._known.open_matters:
                used[matter] = self._of_client(matter, "open")
            elif matter in self._asked.open_matters:
                used[matter] = FactUsed(matter, "open", FROM_DOCUMENT)
        return list(used.values())

    def _of_trigger(self, trigger: str) -> list[FactUsed]:
        if trigger == "created":
            day = self._subject.created_on.isoformat()
            return [FactUsed(trigger, day, FROM_INGEST)]
        found = self._asked.dates.get(trigger)
        if found is not None:
            return [self._of_date(trigger, found.isoformat())]
        if trigger not in PERIOD_TRIGGERS:
            return [FactUsed(trigger, "", UNKNOWN)]
        period = FactUsed("period", self._subject.period or "", self._period_origin())
        if trigger != YEAR_END:
            return [period]
        return [period, self._of_client(YEAR_END, self._known.year_end)]

    def _of_date(self, name: str, day: str) -> FactUsed:
        if self._stated.get(name) == day:
            return FactUsed(name, day, FROM_DOCUMENT)
        if self._subject.facts.get(name) == day:
            return FactUsed(name, day, FROM_CONTENT)
        return self._of_client(name, day)

    def _of_client(self, name: str, value: str) -> FactUsed:
        event = self._known.sources.get(name)
        if event is None:
            return FactUsed(name, value, FROM_CLIENT)
        return FactUsed(name, value, FROM_EVENT, event_detail(event))

    def _period_origin(self) -> str:
        period, fields = self._subject.period, self._subject.facts
        if period is None:
            return UNKNOWN
        if infer_period("", "", fields) == period:
            return FROM_CONTENT
        if infer_period(self._name, "", {}) == period:
            return FROM_NAME
        if infer_period(self._name, self._path, fields) == period:
            return FROM_FOLDERS
        return FROM_DOCUMENT


def event_detail(event: FactEvent) -> dict[str, str]:
    """Return what is told of a statement: id, day, author, reason."""
    return {
        "event": event.id,
        "on": event.on.isoformat() if event.on else "",
        "by": event.by,
        "reason": event.reason,
    }


def filed_by(vault: Vault, row: DocumentRow, rule: str) -> Filed | None:
    """Return how a document got its series, under the policy of that day.

    None where no signed event tells it.
    """
    event = _deciding_event(vault, row)
    if event is None:
        return None
    by_rule = event.facts.get("rule", rule) if event.act == INGESTED else MANUAL
    return Filed(
        series=row.series,
        rule=by_rule,
        at=instant_text(event.time_ms),
        by=event.actor.hex(),
        reason=_reason(vault, row, event),
        law=_law_then(vault, event, by_rule, row.series),
    )


def _deciding_event(vault: Vault, row: DocumentRow) -> Event | None:
    for event in vault.events_of(row.id.hex()):
        is_refiled = event.act == EDITED and event.facts.get("old_series") != row.series
        if event.act == INGESTED or is_refiled:
            return event
    return None


def _law_then(vault: Vault, event: Event, rule: str, series: str) -> Law:
    policy = _policy_of(vault, event.policy)
    if policy is None:
        return Law(rule, "", "", "")
    plan = policy.find_series(series)
    citation = plan[1].citation if plan else ""
    for pack in policy.packs:
        if any(one.id == rule for one in pack.classify):
            return law_of(pack, rule, citation=citation, section="classify")
    return Law(rule, "", "", citation)


def _policy_of(vault: Vault, digest: str) -> PolicySet | None:
    row = vault.catalogue.find_policy(digest)
    if row is None:
        return None
    policy = policy_from_json(parse_canonical(row.canonical))
    if policy.hash() != digest:
        raise IntegrityViolated(
            "a policy of earlier days is not the one that was adopted",
            code="policy.forged",
        )
    return policy


def _reason(vault: Vault, row: DocumentRow, event: Event) -> str:
    if not event.sealed:
        return ""
    try:
        details = vault.records.open_event(row, event.sealed, event.sequence)
    except (NotFound, NotAuthorised, IntegrityViolated):
        # An edit before this one was sealed under a leaf that is gone.
        return ""
    return str(details.get("reason", ""))
