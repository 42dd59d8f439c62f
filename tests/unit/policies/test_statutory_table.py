"""The statutory table of Order 79, appendix 1, row by row, against the shipped pack."""

from datetime import date

import pytest

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.retention import RetentionFacts, decide_retention

ROWS = (
    ("1", "cn.voucher.source", "原始凭证", "P30Y"),
    ("2", "cn.voucher.journal", "记账凭证", "P30Y"),
    ("3", "cn.ledger.general", "总账", "P30Y"),
    ("4", "cn.ledger.subsidiary", "明细账", "P30Y"),
    ("5", "cn.ledger.daybook", "日记账", "P30Y"),
    ("6", "cn.ledger.fixed_asset_card", "固定资产卡片", "P5Y"),
    ("7", "cn.ledger.auxiliary", "其他辅助性账簿", "P30Y"),
    ("8", "cn.report.interim", "月度、季度、半年度财务会计报告", "P10Y"),
    ("9", "cn.report.annual", "年度财务会计报告", "permanent"),
    ("10", "cn.other.bank_reconciliation", "银行存款余额调节表", "P10Y"),
    ("11", "cn.other.bank_statement", "银行对账单", "P10Y"),
    ("12", "cn.other.tax_return", "纳税申报表", "P10Y"),
    ("13", "cn.register.transfer", "会计档案移交清册", "P30Y"),
    ("14", "cn.register.custody", "会计档案保管清册", "permanent"),
    ("15", "cn.register.destruction", "会计档案销毁清册", "permanent"),
    ("16", "cn.register.appraisal", "会计档案鉴定意见书", "permanent"),
)
FIRST_DAYS = {"P10Y": date(2037, 1, 1), "P30Y": date(2057, 1, 1)}


@pytest.fixture(scope="module")
def policy():
    return load_shipped_policy(["base", "cn"])


def decide(policy, series, **facts):
    known = {"period": "2026-05", "fiscal_year_end": "12-31", **facts}
    return decide_retention(
        RetentionFacts(series=series, created_on=date(2026, 6, 1), **known),
        policy,
        holds=(),
        today=date(2026, 11, 23),
    )


@pytest.mark.parametrize(("number", "series", "title", "period"), ROWS)
def test_row_has_its_period_and_citation(policy, number, series, title, period):
    found = policy.get_series(series)
    assert found.title["zh"] == title
    assert found.retention.text == period
    assert "令第79号" in found.citation
    assert f"附表1-{number}," in found.citation
    assert found.is_confirmed


@pytest.mark.parametrize(("number", "series", "title", "period"), ROWS)
def test_row_ends_when_the_table_says(policy, number, series, title, period):
    outcome = decide(policy, series)
    assert outcome.decision.rule == series, (number, title)
    if period == "permanent":
        assert (outcome.state, outcome.due, outcome.action) == (
            "permanent",
            None,
            "keep",
        )
    elif series == "cn.ledger.fixed_asset_card":
        assert (outcome.state, outcome.due) == ("indeterminate", None)
    else:
        assert (outcome.state, outcome.due) == ("active", FIRST_DAYS[period])
        assert outcome.action == "appraise"


def test_asset_card_runs_five_years_from_scrapping(policy):
    scrapped = {"asset_scrapped": date(2026, 3, 31)}
    outcome = decide(policy, "cn.ledger.fixed_asset_card", dates=scrapped)
    assert outcome.due == date(2031, 4, 1)


@pytest.mark.parametrize("series", ["cn.voucher.source", "cn.voucher.journal"])
def test_vouchers_of_unsettled_debts_are_not_destroyed(policy, series):
    outcome = decide_retention(
        RetentionFacts(
            series=series,
            period="1990",
            fiscal_year_end="12-31",
            created_on=date(2026, 6, 1),
            open_matters=frozenset({"unsettled_debt"}),
        ),
        policy,
        holds=(),
        today=date(2026, 11, 23),
    )
    assert outcome.state == "active"
    assert outcome.due == date(2021, 1, 1)


def test_permanent_papers_are_not_kept_in_electronic_form_alone(policy):
    rows = [policy.get_series(row[1]) for row in ROWS if row[3] == "permanent"]
    assert {series.electronic_only for series in rows} == {"refused"}
