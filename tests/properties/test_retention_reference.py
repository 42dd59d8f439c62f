"""Random facts and rules, decided twice: by the program, and by a second reading.

The second reading is written from docs/reference/policy-language.md alone and
imports nothing of the program. 20,000 pairs by default; the environment variable
LEDGERVAULT_RETENTION_PAIRS asks for another number.
"""

import os
import random  # noqa: TID251 - repeatable facts, nothing secret
import re
from datetime import date, timedelta

from ledgervault.domain.building import build_pack
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import RetentionFacts, decide_retention

PAIRS = int(os.environ.get("LEDGERVAULT_RETENTION_PAIRS", "20000"))
SEED = 20261124
TITLE = {"zh": "甲", "en": "A"}
TRIGGERS = [
    "fiscal_year_end",
    "document_date",
    "created",
    "completed",
    "engagement_end",
    "contract_end",
    "relationship_end",
    "employment_end",
    "asset_scrapped",
    "asset_disposed",
    "deregistered",
    "filed",
    "filing_deadline",
    "tax_due",
    "transaction_completed",
    "books_closed",
    "last_used",
    "transferred",
    "reported",
]
STARTS = ["same_day", "next_day", "next_calendar_year", "next_fiscal_year"]
CARE = ["keep", "restrict", "appraise", "transfer", "return", "anonymise", "destroy"]
MATTERS = [
    "unsettled_debt",
    "open_matter",
    "open_assessment",
    "enquiry",
    "tax_loss",
    "litigation",
]
LENGTHS = [
    "P0D",
    "P1D",
    "P30D",
    "P2W",
    "P1M",
    "P6M",
    "P18M",
    "P1Y",
    "P2Y",
    "P3Y",
    "P5Y",
    "P6Y",
    "P7Y",
    "P8Y",
    "P10Y",
    "P15Y",
    "P30Y",
    "P10Y6M",
    "P1Y1M1D",
    "P50Y",
    "P999Y",
    "P9999Y",
]
LAST_DAY = date(9999, 12, 31)


# The second reading.


def plus(day, length):
    """Add an ISO 8601 period on the calendar; past the year 9999 there is no day."""
    amounts = {unit: int(n) for n, unit in re.findall(r"(\d+)([YMWD])", length)}
    months = (day.year * 12 + day.month - 1) + amounts.get("Y", 0) * 12
    months += amounts.get("M", 0)
    year, month = months // 12, months % 12 + 1
    if year > 9999:
        return None
    number = day.day
    while not is_day(year, month, number):
        number -= 1
    days = amounts.get("W", 0) * 7 + amounts.get("D", 0)
    ordinal = date(year, month, number).toordinal() + days
    return None if ordinal > LAST_DAY.toordinal() else date.fromordinal(ordinal)


def is_day(year, month, number):
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


def last_of_month(year, month):
    return max(number for number in range(28, 32) if is_day(year, month, number))


def last_day_filed(period):
    """Return the last day of a year, half, quarter or month, or None."""
    shape = re.fullmatch(r"(\d{4})(?:-(?:(\d\d)|Q(\d)|H(\d)))?", period or "")
    if shape is None:
        return None
    year, month, quarter, half = (int(part) if part else 0 for part in shape.groups())
    last = month or quarter * 3 or half * 6 or 12
    return date(year, last, last_of_month(year, last))


def year_ends(day, ends_on):
    """Return the end of the fiscal year that a day lies in."""
    month, number = int(ends_on[:2]), int(ends_on[3:])
    for year in (day.year, day.year + 1):
        end = date(year, month, min(number, last_of_month(year, month)))
        if end >= day:
            return end
    raise AssertionError(day)


def day_of(trigger, facts):
    if trigger == "created":
        return facts["created"]
    if trigger in facts["dates"]:
        return facts["dates"][trigger]
    filed = last_day_filed(facts["period"])
    if filed and trigger == "document_date":
        return filed
    if filed and trigger == "fiscal_year_end" and facts["year_end"]:
        return year_ends(filed, facts["year_end"])
    return None


def counting_from(retention, facts):
    named = retention.get("trigger", [])
    days = [
        day_of(one, facts) for one in ([named] if isinstance(named, str) else named)
    ]
    if not days or None in days:
        return None
    return first_day(retention.get("starts", "next_day"), max(days), facts["year_end"])


def first_day(starts, cut_off, year_end):
    if starts == "same_day":
        return cut_off
    if starts == "next_day":
        return plus(cut_off, "P1D")
    if cut_off.year == 9999:
        return None
    if starts == "next_calendar_year":
        return date(cut_off.year + 1, 1, 1)
    return plus(year_ends(cut_off, year_end), "P1D") if year_end else None


def answer(rule, facts):
    """Return ('permanent',), ('unknown',) or ('dated', minimum end, maximum end)."""
    retention = rule["retention"]
    if retention.get("min") == "permanent" or rule["then"] == "keep":
        return ("permanent",)
    start = counting_from(retention, facts)
    if start is None:
        return ("unknown",)
    lengths = [retention["min"]] if "min" in retention else []
    lengths += [
        length
        for matter, length in retention.get("longer_if", {}).items()
        if matter in facts["matters"]
    ]
    ends = [plus(start, length) for length in lengths]
    latest = plus(start, retention["max"]) if "max" in retention else None
    if None in ends or (not ends and latest is None):
        return ("unknown",)
    return ("dated", max(ends) if ends else None, latest)


def second_reading(rules, facts, *, is_held, today):
    """Return state, due date and action."""
    answers = [answer(rule, facts) for rule in rules]
    action = next(one for one in CARE if one in [rule["then"] for rule in rules])
    dated = [one for one in answers if one[0] == "dated"]
    minima = [one[1] for one in dated if one[1]]
    maxima = [one[2] for one in dated if one[2]]
    has_passed = bool(maxima) and today >= min(maxima)
    due = None
    if len(dated) == len(answers):
        due = max([*minima, min(maxima)]) if maxima else max(minima)
    blocked = {one for rule in rules for one in rule["block_while"]} & facts["matters"]
    if is_held:
        state = "held"
    elif ("permanent",) not in answers and ("unknown",) in answers:
        state = "indeterminate"
    elif due and today >= due and not blocked:
        state = "due"
    elif has_passed:
        state = "restricted"
    else:
        state = "active" if due else "permanent"
    return state, due, action


# Random facts and rules.


def some_day(chance):
    if chance.random() < 0.15:
        year = chance.choice([1996, 2000, 2020, 2024, 2028])
        return date(year, 2, 29)
    if chance.random() < 0.02:
        return LAST_DAY
    return date(1995, 1, 1) + timedelta(days=chance.randrange(30000))


def some_period(chance):
    year = chance.choice([1999, 2019, 2023, 2024, 2025, 2026, 2030, 2999])
    form = chance.choice(["{y}", "{y}-{m:02d}", "{y}-Q{q}", "{y}-H{h}", "", "soon"])
    text = form.format(
        y=year, m=chance.randint(1, 12), q=chance.randint(1, 4), h=chance.randint(1, 2)
    )
    return text or None


def some_facts(chance):
    month = chance.randint(1, 12)
    number = min(chance.randint(25, 31), last_of_month(2024, month))
    known = chance.sample(TRIGGERS, chance.randint(0, 12))
    return {
        "period": some_period(chance),
        "year_end": f"{month:02d}-{number:02d}" if chance.random() < 0.9 else None,
        "created": some_day(chance),
        "dates": {one: some_day(chance) for one in known if one != "created"},
        "matters": frozenset(chance.sample(MATTERS, chance.choice([0, 0, 1, 3]))),
    }


def some_rule(chance):
    retention = {"starts": chance.choice(STARTS)}
    if chance.random() < 0.1:
        del retention["starts"]
    several = chance.sample(TRIGGERS, chance.choice([1, 1, 1, 2, 3]))
    retention["trigger"] = several if len(several) > 1 else several[0]
    if chance.random() < 0.4:
        retention["trigger"] = chance.choice(["fiscal_year_end", "document_date"])
    if chance.random() < 0.8:
        retention["min"] = chance.choice([*LENGTHS, "permanent"])
    if chance.random() < 0.4 or "min" not in retention:
        retention["max"] = chance.choice(LENGTHS)
    if chance.random() < 0.3:
        longer = chance.sample(MATTERS, 2)
        retention["longer_if"] = {one: chance.choice(LENGTHS) for one in longer}
    return {
        "id": "s",
        "title": TITLE,
        "family": "own",
        "level": "internal",
        "retention": retention,
        "then": chance.choice(CARE),
        "block_while": chance.sample(MATTERS, chance.choice([0, 0, 1, 2])),
    }


def pack_of(number, rule):
    header = {"version": "1", "title": TITLE, "jurisdiction": "CN"}
    return build_pack({"pack": f"p{number}", **header, "series": [rule]})


def decided(rules, facts, *, is_held, today):
    asked = RetentionFacts(
        series="s",
        period=facts["period"],
        fiscal_year_end=facts["year_end"],
        created_on=facts["created"],
        dates=facts["dates"],
        open_matters=facts["matters"],
    )
    policy = PolicySet(tuple(pack_of(*pair) for pair in enumerate(rules)))
    holds = [Hold("H-1", "why", HoldScope(), today)] if is_held else []
    outcome = decide_retention(asked, policy, holds=holds, today=today)
    return outcome.state, outcome.due, outcome.action


def test_program_and_second_reading_agree_on_every_random_pair():
    chance = random.Random(SEED)
    seen, disagreements = set(), []
    for number in range(PAIRS):
        facts = some_facts(chance)
        rules = [some_rule(chance) for _pack in range(chance.choice([1, 1, 2, 3]))]
        is_held = chance.random() < 0.05
        due = second_reading(rules, facts, is_held=False, today=date(2026, 1, 1))[1]
        near = due and due.toordinal() + chance.choice([-1, 0, 1])
        today = some_day(chance)
        if near and chance.random() < 0.5 and near <= LAST_DAY.toordinal():
            today = date.fromordinal(near)
        expected = second_reading(rules, facts, is_held=is_held, today=today)
        found = decided(rules, facts, is_held=is_held, today=today)
        seen.add(expected[0])
        if found != expected:
            disagreements.append((number, expected, found, rules, facts, today))
    assert disagreements[:3] == []
    assert seen == {"active", "held", "due", "restricted", "permanent", "indeterminate"}


def test_second_reading_knows_the_dates_of_the_law():
    facts = {
        "period": "2026",
        "year_end": "12-31",
        "created": date(2026, 1, 1),
        "dates": {"contract_end": date(2024, 2, 29)},
        "matters": frozenset(),
    }
    retention = {"min": "P30Y", "trigger": "fiscal_year_end"}
    rule = {"retention": retention, "then": "appraise", "block_while": []}
    ask = {"is_held": False, "today": date(2057, 1, 1)}
    assert second_reading([rule], facts, **ask) == ("due", date(2057, 1, 1), "appraise")
    assert plus(date(2024, 2, 29), "P10Y") == date(2034, 2, 28)
    assert plus(date(9999, 1, 1), "P1Y") is None
