import random  # noqa: TID251 - the same papers in every run

import numpy as np
import pytest

from ledgervault.domain.suggestion_confidence import fit_confidence
from ledgervault.domain.suggestion_traits import WIDTH, Traits, vectors_of
from ledgervault.domain.suggestions import FEWEST_PAPERS, LEAST, Reviewed, learn

# Names and words of invented papers; {n} a number, {d} a month, {c} a firm, {p} a person.
KINDS = {
    ("cn.voucher.source", "einvoice"): (
        ["发票{n}", "电子发票_{n}", "{c}发票{n}"],
        "发票代码 发票号码 开票日期 购买方 销售方 纳税人识别号 价税合计 税率 税额 金额",
    ),
    ("cn.voucher.source", "bank_receipt"): (
        ["银行回单{n}", "电子回单_{d}"],
        "回单 付款人 收款人 账号 用途 交易流水 电子回单专用章 转账 汇款 凭证",
    ),
    ("cn.voucher.journal", "journal"): (
        ["记账凭证_{d}", "凭证{n}"],
        "记账凭证 摘要 借方 贷方 制单 审核 记账 附件 科目 合计 金额",
    ),
    ("cn.other.bank_statement", "statement"): (
        ["对账单{d}", "{c}银行对账单", "statement {d}"],
        "对账单 期初余额 期末余额 交易日期 借方 贷方 余额 开户行 账号 户名",
    ),
    ("cn.other.tax_return", "vat"): (
        ["增值税申报表{d}", "申报表_{d}"],
        "增值税 纳税申报表 销项税额 进项税额 应纳税额 税款所属期 一般纳税人 申报",
    ),
    ("cn.hr.payroll", "payroll"): (
        ["工资表{d}", "{d}工资条"],
        "工资 应发 实发 社保 姓名 基本工资 绩效 扣款 个人所得税 公积金",
    ),
    ("cn.hr.contract", "labour"): (
        ["劳动合同_{p}", "{p}合同"],
        "劳动合同 甲方 乙方 期限 试用期 工作内容 劳动报酬 解除 终止 社会保险",
    ),
    ("cn.identity", "id_card"): (
        ["{p}身份证", "证件_{p}"],
        "居民身份证 姓名 性别 民族 住址 公民身份号码 签发机关 有效期限",
    ),
    ("cn.ledger.general", "ledger"): (
        ["总账{d}", "{c}总账"],
        "总账 科目 期初 本期发生额 借 贷 余额 本年累计 月计 累计",
    ),
    ("cn.ledger.daybook", "cash"): (
        ["现金日记账{d}", "日记账_{d}"],
        "日记账 收入 支出 结余 日期 凭证号 对方科目 现金 承前页 过次页",
    ),
    ("cn.report.annual", "annual"): (
        ["年报{d}", "{d}年度财务报表"],
        "资产负债表 利润表 现金流量表 年度 流动资产 所有者权益 审计 报告 附注",
    ),
    ("own.engagement", "contract"): (
        ["代理记账合同_{c}", "委托书{n}"],
        "代理记账 委托 服务费 甲方 乙方 服务内容 违约责任 本合同 一式两份",
    ),
    ("us.tax_support", "w9"): (
        ["W-9 {c}", "form w9 {n}"],
        "Taxpayer Identification Number certification backup withholding exempt payee",
    ),
}
STRANGE = {
    ("-", "drawing"): (
        ["图纸{n}", "施工图_{n}"],
        "平面图 比例 设计 结构 标高 混凝土 钢筋 梁柱 配筋 图号 审定 校核",
    ),
    ("-", "recipe"): (
        ["菜单{n}", "recipe {n}"],
        "flour sugar butter bake oven stir minutes degrees serve chocolate cream",
    ),
    ("-", "minutes"): (
        ["会议纪要{n}", "通知_{n}"],
        "会议 参会人员 议题 纪要 讨论 决定 下周 安排 主持 记录 散会",
    ),
}
FIRMS = ["汀栖贸易", "澄楫", "丹苕电子", "栎舟服饰", "清河茶叶", "Maple Ltd"]
PEOPLE = ["雷一诺", "邹云舒", "茶小青", "王大明", "李四"]
EVERYWHERE = "有限公司 日期 金额 2025 2026 合计 备注 第 页 单位 元 人民币 公章 编号"


def paper(dice, spec):
    names, words = spec
    name = dice.choice(names).format(
        n=dice.randrange(10**6),
        d=f"20{dice.randrange(20, 27)}-{dice.randrange(1, 13):02d}",
        c=dice.choice(FIRMS),
        p=dice.choice(PEOPLE),
    )
    if dice.random() < 0.06:
        name = f"扫描件_{dice.randrange(9999):04d}"
    said = [word for word in words.split() if dice.random() < 0.7]
    said += [*dice.choices(EVERYWHERE.split(), k=8), dice.choice(FIRMS)]
    dice.shuffle(said)
    text = "" if dice.random() < 0.15 else " ".join(said)
    mime = dice.choice(["application/pdf", "image/jpeg", "application/x-sheet"])
    return Traits(f"{name}.pdf", text, mime)


def pile(dice, count, kinds=KINDS):
    papers = []
    for _ in range(count):
        series, kind = dice.choice(list(kinds))
        papers.append(Reviewed(paper(dice, kinds[series, kind]), series, kind))
    return papers


def traits(papers):
    return [one.traits for one in papers]


@pytest.fixture(scope="module", params=[1, 2, 3])
def lesson(request):
    dice = random.Random(request.param)
    taught, unseen = pile(dice, 200), pile(dice, 100)
    strange = pile(dice, 60, STRANGE)
    assert len({one.series for one in taught}) == 12
    suggester = learn(taught)
    return unseen, suggester.suggest(traits(unseen)), suggester.suggest(traits(strange))


def test_nine_of_ten_papers_get_their_series_and_type(lesson):
    unseen, found, _strange = lesson
    right = [a and a.series == b.series for a, b in zip(found, unseen, strict=True)]
    kinds = [a and a.type == b.type for a, b in zip(found, unseen, strict=True)]
    assert len(found) == 100
    assert sum(map(bool, right)) >= 90
    assert sum(map(bool, kinds)) >= 88


def test_what_is_called_sure_is_right(lesson):
    unseen, found, _strange = lesson
    sure = [
        (a.series, b.series)
        for a, b in zip(found, unseen, strict=True)
        if a and a.confidence >= 0.9
    ]
    assert len(sure) >= 50
    assert sum(a == b for a, b in sure) >= 0.9 * len(sure)


def test_papers_unlike_any_seen_get_no_confidence(lesson):
    strange = lesson[2]
    assert len(strange) == 60
    assert sum(one is not None for one in strange) <= 3
    assert all(one is None or one.confidence < 0.9 for one in strange)


def test_papers_that_say_nothing_get_no_suggestion():
    suggester = learn(pile(random.Random(4), 200))
    silent = [Traits("q"), Traits(""), Traits("\udcff\udcfe", "\udcff" * 9, "a/b")]
    assert suggester.suggest(silent) == [None, None, None]
    assert suggester.suggest([]) == []


def test_confidence_stays_below_what_few_papers_allow():
    few = [Reviewed(Traits(f"工资表{n}.xlsx", "应发 实发"), "a", "x") for n in range(4)]
    more = [Reviewed(Traits(f"statement {n}.csv"), "b", "y") for n in range(40)]
    suggester = learn([*few, *more])
    one, other = suggester.suggest([few[0].traits, more[0].traits])
    assert one.series == "a"
    assert one.confidence <= 5 / 6
    assert 5 / 6 < other.confidence <= 41 / 42


def test_types_that_cannot_be_told_apart_are_not_named():
    alike = [
        Reviewed(Traits(f"工资表{n}.xlsx", "应发 实发"), "a", f"type {n % 2}")
        for n in range(20)
    ]
    rest = [Reviewed(Traits(f"statement {n}.csv", "iban"), "b", "y") for n in range(20)]
    suggestion = learn([*alike, *rest]).suggest([Traits("工资表99.xlsx", "应发 实发")])[
        0
    ]
    assert suggestion.series == "a"
    assert suggestion.confidence >= 0.9
    assert (suggestion.type, suggestion.type_confidence) == (None, 0.0)


def test_too_few_papers_or_one_series_teach_nothing():
    one = Reviewed(Traits("工资表.xlsx"), "a", "x")
    other = Reviewed(Traits("statement.csv"), "b", "y")
    assert learn([]) is None
    assert learn([one] * 50) is None
    assert learn([one, other] * (FEWEST_PAPERS // 2 - 1)) is None
    assert learn([one, other] * (FEWEST_PAPERS // 2)) is not None


def test_a_destroyed_paper_leaves_nothing_behind():
    papers = pile(random.Random(5), 60)
    secret = Reviewed(Traits("机密并购案.pdf", "不可外传的词"), "cn.secret", "merger")
    asked = [Traits("机密并购案2.pdf", "不可外传的词")]
    before, after = learn([*papers, *[secret] * 9]), learn(papers)
    assert before.suggest(asked)[0].series == "cn.secret"
    assert after.suggest(asked) == learn(list(papers)).suggest(asked)
    assert after.suggest(asked)[0] is None
    assert np.array_equal(after.means, learn(papers).means)


def test_numbers_and_dates_of_a_paper_do_not_matter():
    one, other = vectors_of([Traits("账单2026-03.pdf"), Traits("账单2031-12.pdf")])
    assert np.array_equal(one, other)
    full_width = vectors_of([Traits("账单２０２６-０３.PDF")])[0]
    assert np.array_equal(one, full_width)


def test_no_piece_joins_two_papers():
    alone = vectors_of([Traits("ab", "cd"), Traits("ef", "gh")])
    many = vectors_of([Traits("ef", "gh")] * 1200)
    assert alone.shape == (2, WIDTH)
    assert np.array_equal(alone[1], vectors_of([Traits("ef", "gh")])[0])
    assert (many == alone[1]).all()


def test_finds_of_detectors_tell_papers_apart():
    plain, found = vectors_of([Traits("a.pdf"), Traits("a.pdf", detected=("iban",))])
    assert not np.array_equal(plain, found)


def test_confidence_follows_what_was_right():
    best = np.array([0.9] * 40 + [0.3] * 40)
    second = np.array([0.2] * 80)
    right = np.array([True] * 40 + [False] * 40)
    none = np.zeros(0)
    fitted = fit_confidence((best, second), right, (none, none))
    near, far = fitted.of(np.array([0.9, 0.3]), np.array([0.2, 0.2]))
    assert near > 0.9
    assert far < 0.1
    strangers = fit_confidence((best[:40], second[:40]), right[:40], (best, second))
    assert strangers.of(best[:1], second[:1])[0] < near


def test_what_is_learned_has_one_size_whatever_taught_it():
    papers = pile(random.Random(6), 100) * 20
    suggester = learn(papers)
    assert suggester.means.shape == (13, WIDTH)
    assert suggester.suggest(traits(papers[:1]))[0].confidence > LEAST
