"""Build the rules of each section from their plain source.

KeyError, TypeError or ValueError for a malformed source.
"""

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.conditions import verify_condition
from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.plain import (
    Source,
    built,
    count,
    day_of,
    flag,
    listed,
    optional_count,
    optional_text,
    period_of,
    text_of,
    texts,
    texts_by_name,
    word,
    words_of,
)
from ledgervault.domain.rules import (
    About,
    AccessRule,
    Approval,
    ArchiveRule,
    AuditRule,
    ClassifyRule,
    Counter,
    Deadline,
    DestroyRule,
    DetectRule,
    HandOver,
    RegisterField,
    RegisterKind,
    Retention,
    Series,
    ShareRule,
)
from ledgervault.domain.vocabulary import (
    ACTIONS,
    AGENCY_PARTS,
    CERTIFICATES,
    COUNTER_ENDS,
    COUNTER_YEARS,
    DEPARTMENTS,
    ELECTRONIC,
    FAMILIES,
    FIELD_TYPES,
    FORMATS,
    LEVELS,
    MATTERS,
    OPERATIONS,
    OPINIONS,
    PERMANENT,
    PROPERTIES,
    RECEIVERS,
    ROLES,
    SEVERITIES,
    SIGNERS,
    STARTS,
    TRIGGERS,
)


def build_about(source: Source) -> About:
    """Build what a rule says of itself."""
    cited = texts_by_name(source.get("cite", {}))
    return About(
        title=texts_by_name(source.get("title", {})),
        citation=_citation(cited),
        url=cited.get("url", ""),
        effective_from=day_of(source.get("effective_from")),
        effective_to=day_of(source.get("effective_to")),
        superseded_by=text_of(source.get("superseded_by", "")),
        verified_on=day_of(source.get("verified_on")),
        is_confirmed=flag(source, "confirmed", default=True),
        note=text_of(source.get("note", "")),
    )


def build_series(source: Source) -> Series:
    """Build a line of the file plan."""
    texts_by_name(source["title"])
    role = source.get("role")
    return Series(
        id=text_of(source["id"]),
        about=build_about(source),
        family=word(source["family"], FAMILIES),
        level=word(source["level"], LEVELS),
        retention=_retention(source["retention"]),
        then=word(source["then"], ACTIONS),
        block_while=words_of(source.get("block_while", ()), MATTERS),
        electronic_only=word(source.get("electronic_only", "allowed"), ELECTRONIC),
        role="" if role is None else word(role, AGENCY_PARTS),
    )


def build_classify(source: Source) -> ClassifyRule:
    """Build a rule that says what a paper is."""
    settings = source["set"]
    verify_condition(source["when"])
    level = settings.get("level")
    return ClassifyRule(
        id=text_of(source["id"]),
        about=build_about(source),
        when=source["when"],
        series=optional_text(settings.get("series")),
        type=optional_text(settings.get("type")),
        level=None if level is None else word(level, LEVELS),
        fields={
            text_of(name): texts_by_name(where)
            for name, where in settings.get("fields", {}).items()
        },
    )


def build_detect(source: Source) -> DetectRule:
    """Build a rule that raises the level for a find."""
    return DetectRule(
        id=text_of(source["id"]),
        about=build_about(source),
        detector=word(source["detector"], DETECTORS),
        at_least=count(source.get("at_least", 1)),
        level=word(source["level"], LEVELS),
    )


def build_share(source: Source) -> ShareRule:
    """Build a rule on what may leave."""
    counter = source.get("counter")
    return ShareRule(
        id=text_of(source["id"]),
        about=build_about(source),
        levels=words_of(source["levels"], LEVELS),
        series=texts(source.get("series", ("*",))),
        formats=words_of(source.get("formats", ()), FORMATS),
        longest=period_of(source.get("longest")),
        is_refusal=flag(source, "refuse", default=False),
        destinations=texts(source.get("destinations", ())),
        purposes=texts(source.get("purposes", ())),
        approvals=_approvals(source),
        needs_consent=flag(source, "consent", default=False),
        needs_watermark=flag(source, "watermark", default=False),
        residency=texts(source.get("residency", ())),
        counter=None if counter is None else _counter(counter),
    )


def build_destroy(source: Source) -> DestroyRule:
    """Build a rule on who must agree to a destruction."""
    return DestroyRule(
        id=text_of(source["id"]),
        about=build_about(source),
        series=texts(source["series"]),
        approvals=_approvals(source),
        is_automatic=flag(source, "automatic", default=False),
        grace_days=CalendarPeriod.parse(text_of(source.get("grace", "P0D"))).days,
        witnesses=count(source.get("witnesses", 0)),
        opinions=words_of(source.get("opinions", ()), OPINIONS),
        witness_from=words_of(source.get("witness_from", ()), DEPARTMENTS),
        certificate=word(source.get("certificate", "plain"), CERTIFICATES),
        is_distinct=flag(source, "distinct", default=False),
        separate=words_of(source.get("separate", ()), SIGNERS),
    )


def build_access(source: Source) -> AccessRule:
    """Build a rule on what a role may do."""
    return AccessRule(
        id=text_of(source["id"]),
        about=build_about(source),
        role=word(source["role"], ROLES),
        operations=words_of(source["operations"], OPERATIONS),
        level=word(source["level"], LEVELS),
        series=texts(source.get("series", ("*",))),
        requires=texts(source.get("requires", ())),
        valid_for=period_of(source.get("valid_for")),
        separate_from=words_of(source.get("separate_from", ()), ROLES),
        approvals=_approvals(source),
    )


def build_archive(source: Source) -> ArchiveRule:
    """Build a rule on when folders close."""
    handed = source.get("hand_over")
    return ArchiveRule(
        id=text_of(source["id"]),
        about=build_about(source),
        series=texts(source["series"]),
        close_after=CalendarPeriod.parse(text_of(source.get("close_after", "P0D"))),
        checks=words_of(source.get("checks", ()), PROPERTIES),
        registers=texts(source.get("registers", ())),
        hand_over=None if handed is None else _hand_over(handed),
        electronic_only=word(source.get("electronic_only", "allowed"), ELECTRONIC),
    )


def build_audit(source: Source) -> AuditRule:
    """Build a rule on what is looked into."""
    return AuditRule(
        id=text_of(source["id"]),
        about=build_about(source),
        check=text_of(source["check"]),
        severity=word(source["severity"], SEVERITIES),
        every=period_of(source.get("every")),
    )


def build_register(source: Source) -> RegisterKind:
    """Build a kind of register."""
    return RegisterKind(
        id=text_of(source["id"]),
        about=build_about(source),
        fields=tuple(
            _field(text_of(name), one) for name, one in source["fields"].items()
        ),
        states=texts(source.get("states", ())),
        deadlines=built(source, "deadlines", _deadline),
        satisfies=texts(source.get("satisfies", ())),
        counts=texts(source.get("counts", ())),
        keep=text_of(source.get("keep", "")),
    )


def _citation(cited: dict[str, str]) -> str:
    art = cited.get("art")
    parts = (cited.get("law"), cited.get("item"), f"art. {art}" if art else "")
    return ", ".join(part for part in parts if part)


def _retention(source: Source) -> Retention:
    minimum = source.get("min")
    is_permanent = minimum == PERMANENT
    trigger = source.get("trigger")
    return Retention(
        minimum=None if is_permanent else period_of(minimum),
        maximum=period_of(source.get("max")),
        triggers=() if trigger is None else words_of(trigger, TRIGGERS),
        starts=word(source.get("starts", "next_day"), STARTS),
        is_permanent=is_permanent,
        longer_if={
            word(matter, MATTERS): CalendarPeriod.parse(text_of(length))
            for matter, length in source.get("longer_if", {}).items()
        },
    )


def _approvals(source: Source) -> tuple[Approval, ...]:
    return tuple(
        Approval(
            text_of(one["role"]),
            count(one.get("count", 1)) or 1,
            flag(one, "where_possible", default=False),
        )
        for one in listed(source.get("approvals", []))
    )


def _counter(source: Source) -> Counter:
    return Counter(
        subjects=optional_count(source.get("subjects")),
        sensitive_subjects=optional_count(source.get("sensitive_subjects")),
        per=word(source.get("per", COUNTER_YEARS[0]), COUNTER_YEARS),
        then=word(source.get("then", "refuse"), COUNTER_ENDS),
    )


def _hand_over(source: Source) -> HandOver:
    return HandOver(
        to=word(source["to"], RECEIVERS),
        after=period_of(source.get("after")),
        latest=period_of(source.get("latest")),
        register=text_of(source.get("register", "")),
    )


def _field(name: str, source: Source) -> RegisterField:
    return RegisterField(
        name=name,
        type=word(source["type"], FIELD_TYPES),
        is_required=flag(source, "required", default=False),
        options=texts(source.get("options", ())),
    )


def _deadline(source: Source) -> Deadline:
    return Deadline(
        state=text_of(source.get("state", "")),
        after=text_of(source.get("after", "")),
        within=text_of(source["within"]),
    )
