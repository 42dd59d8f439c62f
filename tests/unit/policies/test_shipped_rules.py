import pytest

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.building import policy_from_json
from ledgervault.domain.classification import PaperFacts, classify
from ledgervault.domain.destruction import required_approvals
from ledgervault.domain.periods import infer_period
from ledgervault.domain.policy import LEVELS, list_unconfirmed
from ledgervault.domain.vocabulary import DEPARTMENTS, OPINIONS
from ledgervault.errors import PolicyRefusal


@pytest.fixture(scope="module")
def policy():
    return load_shipped_policy(["base", "cn"])


def sort(policy, name="a.xlsx", text="", **facts):
    known = {
        "path": f"客户/{name}",
        "mime": "application/octet-stream",
        "client": {"jurisdiction": "CN", "kind": "enterprise"},
        **facts,
    }
    return classify(PaperFacts(name=name, size=9, text=text, **known), policy)


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("工行对账单2026-03.pdf", "cn.other.bank_statement"),
        ("Bank Statement March.pdf", "cn.other.bank_statement"),
        ("2月余额调节表.xlsx", "cn.other.bank_reconciliation"),
        ("银行回单24_已盖章.pdf", "cn.voucher.source"),
        ("完税证明.pdf", "cn.voucher.source"),
        ("申报表2025-Q3.pdf", "cn.other.tax_return"),
        ("公司增值税2025-07.pdf", "cn.other.tax_return"),
        ("增值税专用发票2025-07.pdf", "cn.voucher.source"),
        ("2025-02个税扣缴申报.pdf", "cn.other.tax_return"),
        ("2024年度财务报表.xlsx", "cn.report.annual"),
        ("年报2025.xlsx", "cn.report.annual"),
        ("季报2025Q3.xlsx", "cn.report.interim"),
        ("2026年3月资产负债表.xlsx", "cn.report.interim"),
        ("记账凭证2026-07.xlsx", "cn.voucher.journal"),
        ("凭证_2026-08.pdf", "cn.voucher.journal"),
        ("固定资产卡片GD01.pdf", "cn.ledger.fixed_asset_card"),
        ("2024年现金日记账.xlsx", "cn.ledger.daybook"),
        ("费用明细账.xlsx", "cn.ledger.subsidiary"),
        ("2026总账.xlsx", "cn.ledger.general"),
        ("支票备查簿.xlsx", "cn.ledger.auxiliary"),
        ("发票7545.pdf", "cn.voucher.source"),
        ("收据142.jpg", "cn.voucher.source"),
        ("报销单_3月.pdf", "cn.voucher.source"),
        ("劳动合同.docx", "cn.hr.contract"),
        ("工资表_2026-07.xlsx", "cn.hr.payroll"),
        ("专项附加扣除.xlsx", "cn.hr.tax_deduction"),
        ("身份证正面.jpg", "cn.identity"),
        ("营业执照.jpg", "cn.identity"),
        ("会计档案移交清册.xlsx", "cn.register.transfer"),
        ("档案目录.xlsx", "cn.register.custody"),
        ("销毁清册.docx", "cn.register.destruction"),
        ("鉴定意见书.docx", "cn.register.appraisal"),
        ("个人信息保护影响评估.docx", "cn.pi.assessment"),
        ("委托处理个人信息记录.xlsx", "cn.pi.provision"),
        ("员工保密协议.pdf", "own.nda"),
        ("NDA_signed.pdf", "own.nda"),
        ("代理记账合同.pdf", "own.engagement"),
        ("委托合同2024.pdf", "own.engagement"),
        ("国庆放假安排.pdf", "unclassified"),
        ("劳动合同范本.docx", "unclassified"),
        ("prepaid_cards.txt", "unclassified"),
    ],
)
def test_plain_name_tells_the_series(policy, name, series):
    found = sort(policy, name)
    assert found.series == series
    assert found.inbox == (series == "unclassified")


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("通用记账凭证\n编制单位：某公司\n2025年12月31日\n摘要", "cn.voucher.journal"),
        ("记 账 凭 证\n2026年05月31日\n第1号", "cn.voucher.journal"),
        ("某公司2025年度总账\n科目代码", "cn.ledger.general"),
        ("管理费用明细账\n2025年\n凭证字号\n记-1", "cn.ledger.subsidiary"),
        ("支票领用登记备查簿（2026）", "cn.ledger.auxiliary"),
        ("资产负债表\n2026年03月31日\n单位：元", "cn.report.interim"),
        ("资产负债表\n2025年12月31日\n单位：元", "cn.report.annual"),
        ("银行存款余额调节表\n银行对账单余额", "cn.other.bank_reconciliation"),
        ("某银行对账单\n起止日期：,20260201-20260228", "cn.other.bank_statement"),
        ("劳动合同书\n甲方\n双方另行签订保密协议。\n", "cn.hr.contract"),
        ("收款人姓名\n收款账号\n金额\n4月工资", "cn.hr.payroll"),
        ("会计档案移交清册\n记账凭证\n总账", "cn.register.transfer"),
        ("电子发票（普通发票）\n发票号码：\n2025年05月22日", "cn.voucher.source"),
        ("Employment Agreement\nbetween", "cn.hr.contract"),
        ("要点（内部培训讲义）\n记账凭证填制\n银行对账单", "unclassified"),
        ("大家好，放假三天", "unclassified"),
    ],
)
def test_heading_tells_the_series_where_the_name_does_not(policy, text, series):
    assert sort(policy, "Book4.xlsx", text).series == series


def test_december_balance_sheet_that_is_named_monthly_is_interim(policy):
    text = "资产负债表\n2025年12月31日"
    assert sort(policy, "2025年12月报表.xlsx", text).series == "cn.report.interim"


@pytest.mark.parametrize(
    ("root", "jurisdiction", "series"),
    [
        ("EInvoice", "CN", "cn.voucher.source"),
        ("Invoice", "CN", "cn.voucher.source"),
        ("Invoice", "DE", "unclassified"),
    ],
)
def test_structured_invoice_tells_its_series_and_fields(
    policy, root, jurisdiction, series
):
    found = sort(
        policy,
        "a.xml",
        mime="application/xml",
        xml_root=root,
        xml_values={
            f"/{root}/TaxSupervisionInfo/EIid": "26352000000634515465",
            f"/{root}/TaxSupervisionInfo/RequestTime": "2026-09-26 10:11:12",
        },
        client={"jurisdiction": jurisdiction},
    )
    assert found.series == series
    if series != "unclassified":
        assert found.fields["number"] == "26352000000634515465"
        assert infer_period("a.xml", "a.xml", found.fields) == "2026-09"


@pytest.mark.parametrize(
    ("name", "text", "period"),
    [
        ("a.ofd", "电子发票\n发票号码：\n2025年05月22日", "2025-05"),
        ("20260821149353.xlsx", "记账凭证\n2026年06月30日", "2026-06"),
        ("a.csv", "某银行对账单\n起止日期：,20260201-20260228", "2026-02"),
        ("a.xlsx", "纳税申报表\n税款所属期：2025年01月01日至2025年03月31日", "2025-Q1"),
        ("序时簿.xlsx", "记账凭证列表\n会计期间：2025年第12期", "2025-12"),
        ("季报2025Q3.xlsx", "资产负债表\n2025年09月30日", "2025-Q3"),
    ],
)
def test_period_comes_from_what_the_paper_says(policy, name, text, period):
    assert infer_period(name, name, sort(policy, name, text).fields) == period


@pytest.mark.parametrize(
    ("name", "detected", "level"),
    [
        ("对账单.pdf", {}, "confidential"),
        ("对账单.pdf", {"bank_card": 1}, "sensitive"),
        ("对账单（加密）.pdf", {}, "sensitive"),
        ("发票.pdf", {"mobile": 4}, "confidential"),
        ("发票.pdf", {"mobile": 5}, "sensitive"),
        ("发票.pdf", {"resident_id": 1}, "sensitive"),
        ("移交清册.xlsx", {"uscc": 3}, "internal"),
        ("工资表.xlsx", {}, "sensitive"),
        ("个税扣缴申报.pdf", {}, "sensitive"),
        ("国庆放假安排.pdf", {}, "sensitive"),
    ],
)
def test_level_follows_series_rules_and_finds(policy, name, detected, level):
    assert sort(policy, name, detected=detected).level == level


def test_adopted_copy_of_the_shipped_packs_is_exact(policy):
    again = policy_from_json(policy.to_json())
    assert again == policy
    assert again.hash() == policy.hash()


def test_accounting_is_confidential_and_personal_papers_are_sensitive(policy):
    floors = {series.id: series.level for series in policy.all_series()}
    personal = {name for name in floors if name.startswith(("cn.hr.", "cn.identity"))}
    books = {
        name
        for name in floors
        if name.startswith(("cn.voucher.", "cn.ledger.", "cn.report.", "cn.other."))
    }
    assert len(personal) == 5
    assert len(books) == 12
    assert {floors[name] for name in personal} == {"sensitive"}
    assert {floors[name] for name in books} == {"confidential"}


def test_every_series_that_ends_has_a_destroy_rule_with_approvers(policy):
    ending = [one for one in policy.all_series() if not one.retention.is_permanent]
    assert len(ending) > 15
    for series in ending:
        assert required_approvals(series.id, policy).approvals


def test_permanent_and_unclassified_papers_have_no_destroy_rule(policy):
    kept = [one for one in policy.all_series() if one.retention.is_permanent]
    assert len(kept) == 5
    for series in kept:
        with pytest.raises(PolicyRefusal):
            required_approvals(series.id, policy)


def test_every_level_is_shared_under_a_limit(policy):
    rules = [rule for pack in policy.packs for rule in pack.share]
    permitting = [rule for rule in rules if not rule.is_refusal]
    assert {level for rule in permitting for level in rule.levels} == set(LEVELS)
    assert all(rule.longest for rule in permitting)
    at_home = [rule for rule in permitting if not rule.destinations]
    sensitive = [rule for rule in at_home if "sensitive" in rule.levels]
    assert {(rule.formats, str(rule.longest)) for rule in sensitive} == {
        (("age",), "P7D")
    }


def test_nothing_of_a_chinese_client_goes_abroad_uncounted(policy):
    (cn,) = (pack for pack in policy.packs if pack.id == "cn")
    abroad = [rule for rule in cn.share if rule.destinations == ("abroad",)]
    assert {level for rule in abroad for level in rule.levels} == set(LEVELS)
    limits = {
        rule.id: (rule.counter.subjects, rule.counter.sensitive_subjects)
        for rule in abroad
        if rule.counter
    }
    assert limits == {
        "cn.share.abroad.ordinary": (100_000, None),
        "cn.share.abroad.assessment": (1_000_000, 10_000),
    }


def test_accounting_archives_take_five_opinions_and_three_departments(policy):
    rule = required_approvals("cn.voucher.source", policy)
    assert rule.opinions == OPINIONS
    assert (rule.witnesses, rule.witness_from) == (3, DEPARTMENTS)
    assert (rule.certificate, rule.is_distinct) == ("statutory", True)


def test_unconfirmed_periods_are_listed(policy):
    series = {one.id for one in policy.all_series()}
    assert [one for _pack, one in list_unconfirmed(policy) if one in series] == [
        "own.nda",
        "own.complaint",
        "own.incident",
        "own.training",
        "own.request",
        "own.risk",
        "own.review",
        "own.register",
        "cn.tax.material",
        "cn.hr.payroll",
        "cn.hr.wage_record",
        "cn.hr.tax_deduction",
        "cn.identity",
        "cn.pi.entrusted",
        "cn.pi.consent",
        "cn.pi.export",
        "cn.pi.audit",
        "cn.network.incident",
        "cn.register.consultation",
    ]


def test_every_ending_series_says_where_its_period_comes_from(policy):
    series = policy.all_series()
    assert series
    assert [one.id for one in series if not one.citation] == []


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("银行承兑汇票\n出票日期 贰零贰陆年叁月\n收款人 全称", "cn.voucher.source"),
        ("中华人民共和国海关进口货物报关单\n申报日期 20260311", "cn.voucher.source"),
        ("水电费缴费通知单\n2026年3月 电费 300.00", "cn.voucher.source"),
        ("POS签购单\n商户名称 甲超市", "cn.voucher.source"),
        ("支票存根\n出票日期 2026年3月2日", "cn.voucher.source"),
        ("银行手续费收费凭证\n2026-03-21", "cn.voucher.source"),
        ("Payment Receipt\nReceived from Alpha Ltd", "cn.voucher.source"),
        ("年终奖发放明细\n姓名 奖金 实发", "cn.hr.payroll"),
        ("凭证封面\n2026年3月 第1册", "cn.voucher.journal"),
        ("利润表\n2025年12月\n本月金额", "cn.report.interim"),
        ("资产负债表\n2025年12月31日\n期末余额", "cn.report.annual"),
        ("关于调整社保缴费基数的通知\n各单位：", "unclassified"),
        ("购销合同\n甲方：乙公司", "unclassified"),
        ("公司章程\n第一章 总则", "unclassified"),
        ("工资管理制度\n第一条 为规范薪酬发放", "unclassified"),
        ("所有者权益变动表\n2025年度", "cn.report.annual"),
        ("员工花名册\n序号 姓名 身份证号", "unclassified"),
    ],
)
def test_titles_tell_what_a_paper_is(policy, text, series):
    assert sort(policy, "x.pdf", text).series == series
