"""Papers of banks and payment platforms: statements, advices, reconciliations."""

from evaluation.firms_papers import month_text
from evaluation.invented import grouped
from evaluation.paper_files import pdf, rows_of_csv, workbook

STATEMENT, SOURCE = "cn.other.bank_statement", "cn.voucher.source"
RECONCILED = "cn.other.bank_reconciliation"


def fill(desk):
    for make in (
        _csv_statements,
        _platforms,
        _xlsx_statements,
        _pdf_statements,
        _advices,
        _reconciliations,
    ):
        make(desk)


def _csv_statements(desk):
    heads = (
        [
            "记账日期",
            "借方金额",
            "贷方金额",
            "账户余额",
            "对手户名",
            "对手账号",
            "附言",
        ],
        ["日期", "交易类型", "凭证号", "收入", "支出", "余额", "对方名称", "备注"],
        ["TRANSACTION DATE", "DESCRIPTION", "DEBIT", "CREDIT", "BALANCE"],
    )
    for head, encoding in zip(heads, ("gb18030", "utf-8-sig", "utf-8"), strict=True):
        year, month = desk.month()
        rows = [
            [
                f"{year}{month:02d}{day:02d}"
                if "记" in head[0]
                else f"{year}/{month:02d}/{day:02d}",
                *desk.amounts(3),
                desk.firm(),
                "\t" + desk.numbers.account(),
                "货款",
                "",
            ][: len(head)]
            for day in range(1, 26)
        ]
        desk.put(
            f"网银/{desk.numbers.digits(6)}.csv",
            rows_of_csv([head, *rows], encoding),
            STATEMENT,
            month_text(year, month),
            kind="statement, csv",
        )


def _platforms(desk):
    year, month = desk.month()
    head = [
        ["微信支付账单明细"],
        [
            f"起始时间：[{year}-{month:02d}-01 00:00:00] 终止时间：[{year}-{month:02d}-28 23:59:59]"
        ],
        [
            "交易时间",
            "交易类型",
            "交易对方",
            "商品",
            "收/支",
            "金额(元)",
            "支付方式",
            "交易单号",
        ],
    ]
    rows = [
        [
            f"{year}-{month:02d}-{day:02d} 10:00:00",
            "商户消费",
            desk.person(),
            "/",
            "支出",
            "¥9",
            "零钱",
            desk.numbers.digits(28),
        ]
        for day in range(1, 20)
    ]
    desk.put(
        "微信/账单.csv",
        rows_of_csv(head + rows, "utf-8-sig"),
        STATEMENT,
        month_text(year, month),
        other=(SOURCE,),
        kind="platform bill",
    )
    head = [
        ["支付宝交易记录明细查询"],
        [
            f"起始日期:[{year}-{month:02d}-01 00:00:00]",
            f"终止日期:[{year}-{month:02d}-28 00:00:00]",
        ],
        [
            "交易号",
            "商家订单号",
            "交易创建时间",
            "交易对方",
            "金额（元）",
            "收/支",
            "资金状态",
        ],
    ]
    rows = [
        [
            desk.numbers.digits(28),
            desk.numbers.digits(14),
            f"{year}-{month:02d}-{day:02d} 10:00",
            desk.firm(),
            "120.00",
            "收入",
            "已收入",
        ]
        for day in range(1, 20)
    ]
    desk.put(
        "alipay_record.csv",
        rows_of_csv(head + rows),
        STATEMENT,
        month_text(year, month),
        other=(SOURCE,),
        kind="platform bill",
    )


def _xlsx_statements(desk):
    for title in ("账户交易明细查询", "活期账户明细信息", "企业网银交易明细清单"):
        year, month = desk.month()
        cards = [desk.numbers.card() for _one in range(3)]
        rows = [
            [],
            ["", title],
            ["", f"查询账号：{desk.numbers.account()}", "", f"账户名称：{desk.firm()}"],
            ["", f"查询时段：{year}-{month:02d}-01 至 {year}-{month:02d}-28"],
            [
                "",
                "序号",
                "交易时间",
                "借方发生额",
                "贷方发生额",
                "余额",
                "对方账号",
                "对方户名",
                "摘要",
            ],
            *(
                [
                    "",
                    n,
                    f"{year}-{month:02d}-{n + 3:02d}",
                    desk.amount(),
                    "",
                    desk.amount(),
                    card,
                    desk.person(),
                    "往来",
                ]
                for n, card in enumerate(cards, 1)
            ),
        ]
        desk.put(
            f"{year}年/明细({desk.numbers.digits(1)}).xlsx",
            workbook({"sheet0": rows}),
            STATEMENT,
            month_text(year, month),
            level="sensitive",
            finds={"bank_card": 3},
            kind="statement, xlsx",
        )


def _pdf_statements(desk):
    year, month = desk.month()
    lines = "\n".join(
        f"{year}-{month:02d}-{day:02d}  转账  {desk.amount():,.2f}  {desk.amount():,.2f}  {desk.firm()}"
        for day in range(2, 20, 3)
    )
    texts = (
        f"{desk.bank()}单位活期存款明细账\n户名 {desk.firm()}\n账号 {desk.numbers.account()}\n起始日期 {year}-{month:02d}-01 截止日期 {year}-{month:02d}-28\n交易日 摘要 发生额 余额 对方户名\n{lines}",
        f"Harbour & Pine Bank\nStatement of Account\nAccount name: {desk.firm()}\nStatement period: {year}-{month:02d}-01 to {year}-{month:02d}-28\nDate Details Withdrawals Deposits Balance\n{lines}",
        f"{desk.bank()}\n企业客户对账单\n对账日期：{year}年{month}月\n账号：{desk.numbers.account()}\n{lines}\n本月借方合计 本月贷方合计 期末余额",
    )
    for text in texts:
        desk.put(
            f"银行/doc{desk.numbers.digits(4)}.pdf",
            pdf(text),
            STATEMENT,
            month_text(year, month),
            kind="statement, pdf",
        )


def _advices(desk):
    titles = (
        "网上银行电子回执",
        "业务回单（付款）",
        "借记通知",
        "贷记通知",
        "收款入账通知书",
        "国内支付业务付款回单",
    )
    for title in titles:
        year, month = desk.month()
        text = (
            f"{desk.bank()}\n{title}\n入账日期：{year}年{month:02d}月17日\n流水号：{desk.numbers.digits(14)}\n"
            f"付款人全称：{desk.firm()}\n付款人账号：{desk.numbers.account()}\n收款人全称：{desk.firm()}\n"
            f"收款人账号：{desk.numbers.account(19)}\n金额：人民币叁仟元整 CNY3,000.00\n摘要：服务费"
        )
        desk.put(
            f"{year}/hd{desk.numbers.digits(3)}.pdf",
            pdf(text),
            SOURCE,
            month_text(year, month),
            other=(STATEMENT,),
            kind="bank advice",
        )
    year, month = desk.month()
    card = desk.numbers.card()
    text = f"转账成功\n收款人 {desk.person()}\n收款卡号 {grouped(card)}\n交易日期 {year}-{month:02d}-09\n付款金额 500.00\n电子回单号 {desk.numbers.digits(12)}"
    desk.put(
        "手机截屏.pdf",
        pdf(text),
        SOURCE,
        month_text(year, month),
        level="sensitive",
        finds={"bank_card": 1},
        other=(STATEMENT,),
        kind="bank advice",
    )


def _reconciliations(desk):
    for title in (
        "银行存款余额调节表",
        "未达账项余额调节表",
        "Bank Reconciliation Statement",
    ):
        year, month = desk.month()
        rows = [
            [title],
            [f"单位：{desk.firm()}", "", f"截止 {year}年{month}月28日"],
            ["企业账面余额", desk.amount(), "银行对账单余额", desk.amount()],
            ["加：银行已收、企业未收", 0, "加：企业已收、银行未收", 12],
            ["调整后余额", desk.amount(), "调整后余额", desk.amount()],
        ]
        desk.put(
            f"{year}/{month}月/表{desk.numbers.digits(2)}.xlsx",
            workbook({"Sheet1": rows}),
            RECONCILED,
            month_text(year, month),
            kind="reconciliation",
        )
