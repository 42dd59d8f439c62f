"""Books, reports, filings and the registers of the archive."""

from evaluation.firms_papers import month_text
from evaluation.paper_files import document, pdf, rows_of_csv, workbook

TAX = "cn.other.tax_return"


def fill(desk):
    for make in (_ledgers, _cards, _reports, _annual, _filings, _payments, _registers):
        make(desk)


def _ledgers(desk):
    books = (
        ("科目余额表", "cn.ledger.general"),
        ("总分类账", "cn.ledger.general"),
        ("发生额及余额试算平衡表", "cn.ledger.general"),
        ("应收账款明细账", "cn.ledger.subsidiary"),
        ("三栏式明细分类账", "cn.ledger.subsidiary"),
        ("数量金额式明细账", "cn.ledger.subsidiary"),
        ("库存现金日记账", "cn.ledger.daybook"),
        ("银行存款日记账", "cn.ledger.daybook"),
        ("出纳现金流水账", "cn.ledger.daybook"),
        ("票据登记备查簿", "cn.ledger.auxiliary"),
        ("租入固定资产备查登记簿", "cn.ledger.auxiliary"),
        ("General Ledger", "cn.ledger.general"),
        ("Trial Balance", "cn.ledger.general"),
    )
    for title, series in books:
        year = desk.chance.randint(2022, 2026)
        rows = [
            ["", title],
            [f"编制单位：{desk.firm()}", "", f"{year}年度"],
            ["月", "日", "摘要", "借方", "贷方", "方向", "余额"],
            ["", "", "上年结转", "", "", "借", desk.amount()],
            *(
                [n, 5, "本期发生", *desk.amounts(2), "借", desk.amount()]
                for n in range(1, 9)
            ),
            ["", "", "本年累计", *desk.amounts(2), "平", 0],
        ]
        desk.put(
            f"账/{desk.numbers.digits(4)}.xlsx",
            workbook({"1": rows}),
            series,
            str(year),
            kind=title,
        )


def _cards(desk):
    for title in ("固定资产登记卡", "固定资产卡片账", "Fixed Asset Card"):
        year = desk.chance.randint(2016, 2024)
        text = f"{title}\n资产编号 FA-{desk.numbers.digits(3)}\n资产名称 叉车\n使用日期 {year}年6月1日\n原值 88,000.00\n残值率 5%\n折旧方法 平均年限法\n使用部门 仓储部"
        desk.put(
            f"资产/{desk.numbers.digits(3)}.pdf",
            pdf(text),
            "cn.ledger.fixed_asset_card",
            str(year),
            kind="asset card",
        )


def _reports(desk):
    series = "cn.report.interim"
    for title, suffix in (
        ("资产负债表", "28日"),
        ("利润及利润分配表", ""),
        ("现金流量表", ""),
    ):
        year, month = desk.month()
        text = f"{title}\n会企01表\n编制单位：{desk.firm()}    {year}年{month}月{suffix}    单位：元\n项目 行次 期末余额 年初余额\n货币资金 1 {desk.amount():,.2f} 0.00\n营业收入 {desk.amount():,.2f}\n净利润 3.00"
        desk.put(
            f"{year}/{desk.numbers.digits(3)}.pdf",
            pdf(text),
            series,
            month_text(year, month),
            kind=title,
        )
    rows = [
        ["资 产 负 债 表"],
        ["", "", "2025年6月30日", "", "会小企01表"],
        ["资产", "行次", "期末余额", "年初余额"],
        ["货币资金", 1, desk.amount(), desk.amount()],
    ]
    profit = [["利 润 表"], [desk.firm(), "2025年第二季度"], ["项目", "本期金额"]]
    desk.put(
        "报送/Q2.xlsx",
        workbook({"资产负债表": rows, "利润表": profit}),
        series,
        "2025-Q2",
        kind="quarterly report",
    )
    text = f"Monthly Management Report\n{desk.firm()}\nFor the month ended 2026-04-30\nBalance Sheet\nCash at bank 120\nIncome Statement\nRevenue 900"
    desk.put("pack.pdf", pdf(text), series, "2026-04", kind="monthly report, en")


def _annual(desk):
    series = "cn.report.annual"
    texts = (
        f"审 计 报 告\n泓信审字[2025]第088号\n{desk.firm()}全体股东：\n我们审计了后附的财务报表，包括2024年12月31日的资产负债表，2024年度的利润表。",
        f"{desk.firm()}\n2024年度财务报表及附注\n资产负债表\n2024年12月31日\n货币资金 12.00",
        f"{desk.firm()}\nAnnual Financial Statements\nFor the year ended 31 December 2024\nBalance Sheet\nIncome Statement",
    )
    for text in texts:
        desk.put(
            f"报告/{desk.numbers.digits(4)}.pdf",
            pdf(text),
            series,
            "2024",
            kind="annual report",
        )
    rows = [
        ["资产负债表"],
        ["2023年12月31日", "单位：元"],
        ["资产", "期末余额", "年初余额"],
    ]
    profit = [["利润表"], ["2023年度"], ["项目", "本年金额", "上年金额"]]
    desk.put(
        "财务/财报.xlsx",
        workbook({"资产负债表": rows, "利润表": profit}),
        series,
        "2023",
        kind="annual report, xlsx",
    )


def _filings(desk):
    forms = (
        ("增值税及附加税费申报表（小规模纳税人适用）", "-01-01 至 {y}-03-31", "{y}-Q1"),
        ("中华人民共和国企业所得税年度纳税申报表（A类）", "-01-01 至 {y}-12-31", "{y}"),
        ("财产和行为税纳税申报表", "-07-01 至 {y}-12-31", "{y}-H2"),
        ("居民企业所得税月（季）度预缴纳税申报表", "-04-01 至 {y}-06-30", "{y}-Q2"),
        ("印花税纳税申报（报告）表", "-05-01 至 {y}-05-31", "{y}-05"),
    )
    for title, span, period in forms:
        year = desk.chance.randint(2023, 2025)
        text = f"{title}\n税款所属期：{year}{span.format(y=year)}\n纳税人识别号：{desk.numbers.uscc()}\n纳税人名称：{desk.firm()}\n本期应补（退）税额 {desk.amount():,.2f}\n受理日期：{year + 1}年01月12日"
        desk.put(
            f"电子税务局/{desk.numbers.digits(6)}.pdf",
            pdf(text),
            TAX,
            period.format(y=year),
            finds={"uscc": 1},
            kind="tax filing",
        )
    year, month = desk.month()
    people = [
        [
            desk.person(),
            "居民身份证",
            desk.numbers.resident_id(),
            "正常工资薪金",
            desk.amount(20000),
        ]
        for _one in range(6)
    ]
    rows = [
        ["个人所得税扣缴申报表"],
        [f"税款所属期：{year}年{month}月1日至{year}年{month}月28日"],
        ["姓名", "证件类型", "证件号码", "所得项目", "收入额"],
        *people,
    ]
    desk.put(
        "个税/报表.xlsx",
        workbook({"综合所得": rows}),
        TAX,
        month_text(year, month),
        level="sensitive",
        finds={"resident_id": 6},
        kind="withholding",
    )
    rows = [
        [
            "工号",
            "姓名",
            "证照类型",
            "证照号码",
            "税款所属期起",
            "所得项目",
            "本期收入",
            "累计应补退税额",
        ]
    ]
    rows += [
        [
            n,
            desk.person(),
            "居民身份证",
            desk.numbers.resident_id(),
            f"{year}-{month:02d}-01",
            "正常工资薪金",
            9000,
            0,
        ]
        for n in range(1, 6)
    ]
    desk.put(
        "个税/综合所得申报.csv",
        rows_of_csv(rows),
        TAX,
        month_text(year, month),
        level="sensitive",
        finds={"resident_id": 5},
        other=("cn.hr.payroll",),
        kind="withholding",
    )


def _payments(desk):
    for title in (
        "电子缴税付款凭证",
        "中华人民共和国税收完税证明",
        "税收缴款书（银行经收专用）",
    ):
        year, month = desk.month()
        text = f"{title}\n填发日期：{year}年{month}月14日\n纳税人名称：{desk.firm()}\n纳税人识别号：{desk.numbers.uscc()}\n税种 增值税 实缴金额 {desk.amount():,.2f}"
        desk.put(
            f"缴款/{desk.numbers.digits(5)}.pdf",
            pdf(text),
            "cn.voucher.source",
            month_text(year, month),
            finds={"uscc": 1},
            other=(TAX,),
            kind="tax payment",
        )


def _registers(desk):
    forms = (
        ("会计档案移交清单", "cn.register.transfer"),
        ("会计资料交接清册", "cn.register.transfer"),
        ("会计档案保管清册", "cn.register.custody"),
        ("会计档案销毁清册", "cn.register.destruction"),
    )
    for title, series in forms:
        year = desk.chance.randint(2023, 2026)
        table = [
            ["序号", "档案名称", "起止日期", "保管期限"],
            ["1", "记账凭证", "2015年", "30年"],
            ["2", "银行对账单", "2015年", "10年"],
            ["3", "总账", "2015年", "30年"],
        ]
        blocks = [
            desk.firm(),
            title,
            f"编制日期：{year}年5月6日",
            table,
            f"监交人：{desk.person()}",
        ]
        desk.put(
            f"档案/{desk.numbers.digits(3)}.docx",
            document(blocks),
            series,
            str(year),
            level="internal",
            kind=title,
        )
    text = "会计档案鉴定意见书\n鉴定小组于2026年3月对已到期的会计档案进行鉴定，建议销毁记账凭证12册。\n单位负责人 档案机构负责人"
    desk.put(
        "档案/意见.docx",
        document(text.split("\n")),
        "cn.register.appraisal",
        "2026",
        level="internal",
        kind="appraisal",
    )
