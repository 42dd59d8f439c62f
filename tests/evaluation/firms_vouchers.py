"""Source documents and vouchers: invoices, tickets, receipts, claims, entries."""

from evaluation.firms_papers import month_text
from evaluation.paper_files import (
    document,
    mail,
    pdf,
    picture,
    rows_of_csv,
    workbook,
)

SOURCE, JOURNAL = "cn.voucher.source", "cn.voucher.journal"


def fill(desk):
    for make in (
        _einvoices,
        _invoice_texts,
        _older_invoices,
        _tickets,
        _claims,
        _stock_slips,
        _receipts,
        _entries,
        _entry_lists,
        _mails,
    ):
        make(desk)


def _einvoices(desk):
    for number in range(5):
        year, month = desk.month()
        code = desk.numbers.einvoice(year)
        seller, buyer = desk.numbers.uscc(), desk.numbers.uscc()
        items = "".join(
            f"<Item><Name>*信息技术服务*软件维护</Name><Amount>{desk.amount()}</Amount></Item>"
            for _line in range(3)
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><ElectronicInvoice><InvoiceHeader>'
            f"<InvoiceNumber>{code}</InvoiceNumber><InvoiceType>数电普票</InvoiceType>"
            f"<IssueDate>{year}-{month:02d}-12</IssueDate><Buyer><Name>{desk.firm()}</Name>"
            f"<TaxId>{buyer}</TaxId></Buyer><Seller><Name>{desk.firm()}</Name>"
            f"<TaxId>{seller}</TaxId></Seller><Items>{items}</Items></InvoiceHeader></ElectronicInvoice>"
        )
        name = ("下载.xml", f"{code}.xml", "fp_export.xml")[number % 3]
        desk.put(
            f"往来/{name}",
            text.encode(),
            SOURCE,
            month_text(year, month),
            finds={"uscc": 2, "einvoice_no": 1},
            kind="einvoice, flat xml",
        )
    for _number in range(3):
        year, month = desk.month()
        code = desk.numbers.einvoice(year)
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><eInvoice xmlns="urn:einvoice">'
            f"<Header><EIid>{code}</EIid></Header><EInvoiceData><SellerInformation>"
            f"<SellerIdNum>{desk.numbers.uscc()}</SellerIdNum><SellerName>{desk.firm()}</SellerName>"
            "</SellerInformation><BasicInformation><RequestTime>"
            f"{year}-{month:02d}-03 08:00:00</RequestTime></BasicInformation></EInvoiceData>"
            f"<TaxSupervisionInfo><InvoiceNumber>{code}</InvoiceNumber>"
            f"<IssueTime>{year}-{month:02d}-03</IssueTime><TaxBureauCode>13300000000</TaxBureauCode>"
            "</TaxSupervisionInfo></eInvoice>"
        )
        desk.put(
            f"进项/{code}.xml",
            text.encode(),
            SOURCE,
            month_text(year, month),
            finds={"uscc": 1, "einvoice_no": 1},
            kind="einvoice, tax bureau xml",
        )


def _invoice_texts(desk):
    for name in ("20260419.pdf", "附件3.pdf", "通行费.pdf", "加油.pdf"):
        year, month = desk.month()
        text = (
            f"电子发票（普通发票）  发票号码:{desk.numbers.einvoice(year)}\n"
            f"开票日期:{year}年{month:02d}月08日\n购 名称:{desk.firm()}  销 名称:{desk.firm()}\n"
            f"统一社会信用代码/纳税人识别号:{desk.numbers.uscc()}  {desk.numbers.uscc()}\n"
            f"*运输服务*通行费  {desk.amount()}  3%\n价税合计(大写) 叁佰圆整 (小写)¥300.00"
        )
        desk.put(
            f"{year}/{name}",
            pdf(text),
            SOURCE,
            month_text(year, month),
            finds={"uscc": 2, "einvoice_no": 1},
            kind="einvoice, pdf",
        )


def _older_invoices(desk):
    for title in (
        "浙江增值税普通发票（卷票）",
        "江苏增值税专用发票",
        "机动车销售统一发票",
    ):
        year, month = 2022, desk.chance.randint(1, 12)
        text = (
            f"{title}\n发票代码 032002200{desk.numbers.digits(3)}\n发票号码 {desk.numbers.digits(8)}\n"
            f"开票日期 {year}-{month:02d}-21\n购货单位 {desk.firm()}\n"
            f"纳税人识别号 {desk.numbers.uscc()}\n金额 {desk.amount()} 税额 12.00"
        )
        desk.put(
            f"扫描/{year}_{desk.numbers.digits(3)}.pdf",
            pdf(text),
            SOURCE,
            month_text(year, month),
            finds={"uscc": 1, "legacy_invoice": 1},
            kind="older invoice",
        )


def _tickets(desk):
    tickets = (
        "电子发票（铁路电子客票）\n发票号码：{code}  开票日期：{date}\n临江南站 G1234 云州站\n二等座 票价：￥233.50",
        "航空运输电子客票行程单\n电子发票号码 {code}\n填开日期 {date}\n票价 CNY 860.00 民航发展基金 50.00",
        "中央非税收入统一票据（电子）\n票据代码：00010{n}  票据号码：00{n}77\n开票日期：{date}\n交款人：{firm}\n项目名称 考试费",
        "住宿费明细清单\n宾客姓名：{person}\n入住日期 {date}\n房费合计 980.00 元\n附：电子发票",
    )
    for template in tickets:
        year, month = desk.month()
        has_code = "{code}" in template
        text = template.format(
            code=desk.numbers.einvoice(year),
            date=f"{year}年{month}月9日",
            n=desk.numbers.digits(2),
            firm=desk.firm(),
            person=desk.person(),
        )
        desk.put(
            f"出差/票{desk.numbers.digits(2)}.pdf",
            pdf(text),
            SOURCE,
            month_text(year, month),
            finds={"einvoice_no": 1} if has_code else {},
            kind="ticket",
        )


def _claims(desk):
    for title, name in (
        ("差旅费报销单", "1.xlsx"),
        ("付款申请单", "付款申请.xlsx"),
        ("业务招待费报销明细表", "新建工作表.xlsx"),
        ("借 款 单", "借支.xlsx"),
    ):
        year, month = desk.month()
        rows = [
            ["", desk.firm()],
            ["", title],
            [f"填单日期：{year}年{month}月20日", "", "单号 BX-0091"],
            ["部门", "事由", "金额", "附件张数"],
            ["市场部", "拜访客户", desk.amount(), 3],
            ["报销人", desk.person(), "审批", desk.person()],
        ]
        desk.put(
            f"费用/{name}",
            workbook({"Sheet1": rows}),
            SOURCE,
            month_text(year, month),
            kind="claim",
        )


def _stock_slips(desk):
    for title in ("入库单", "领料单", "销售出库单", "送货单"):
        year, month = desk.month()
        text = (
            f"{desk.firm()}\n{title}\n日期：{year}.{month:02d}.16   编号：00{desk.numbers.digits(4)}\n"
            f"品名 规格 数量 单价 金额\n轴承 6204 20 11.5 230.00\n经手人：{desk.person()}"
        )
        desk.put(
            f"仓库/{title}{desk.numbers.digits(2)}.pdf",
            pdf(text),
            SOURCE,
            month_text(year, month),
            kind="stock slip",
        )


def _receipts(desk):
    for name in ("收据_房东押金.jpg", "餐饮小票.png", "发票照片.jpg"):
        desk.put(
            f"2025年/6月/{name}",
            picture(),
            SOURCE,
            "2025-06",
            kind="picture",
            is_unreadable=True,
        )
    year, month = desk.month()
    text = f"收款收据\n入账日期：{year}年{month}月2日\n今收到 {desk.firm()}\n交来 押金 贰仟元整\n收款人 {desk.person()}"
    desk.put("无标题.pdf", pdf(text), SOURCE, month_text(year, month), kind="receipt")


def _entries(desk):
    for title in ("转账凭证", "收款凭证", "付款凭证", "记 账 凭 证", "会计凭证"):
        year, month = desk.month()
        text = (
            f"{title}\n{desk.firm()}    {year}年{month:02d}月28日    字第{desk.numbers.digits(2)}号\n"
            "摘要 总账科目 明细科目 借方 贷方\n提取备用金 库存现金 5,000.00\n银行存款 5,000.00\n"
            f"会计主管 {desk.person()} 记账 出纳 审核 制单 {desk.person()}"
        )
        desk.put(
            f"{year}/{desk.numbers.digits(5)}.pdf",
            pdf(text),
            JOURNAL,
            month_text(year, month),
            kind="entry, pdf",
        )
    for title in ("凭证明细表", "记账凭证清单"):
        year, month = desk.month()
        rows = [
            [title],
            [f"核算单位：{desk.firm()}", "", f"期间：{year}年{month:02d}月"],
            ["制单日期", "凭证号", "摘要", "科目编码", "科目名称", "借方", "贷方"],
            *(
                [f"{year}/{month}/5", f"记-{n}", "付款", "1002", "银行存款", "", 12.5]
                for n in range(1, 9)
            ),
        ]
        desk.put(
            f"{year}/Sheet{desk.numbers.digits(1)}.xlsx",
            workbook({"导出": rows}),
            JOURNAL,
            month_text(year, month),
            kind="entries, xlsx",
        )


def _entry_lists(desk):
    year, month = desk.month()
    rows = [
        ["日期", "凭证字号", "摘要", "科目名称", "借方金额", "贷方金额"],
        *(
            [f"{year}-{month:02d}-{day:02d}", f"记-{day}", "货款", "应收账款", 11, 0]
            for day in range(1, 20)
        ),
    ]
    desk.put(
        "财务软件导出/out.csv",
        rows_of_csv(rows),
        JOURNAL,
        month_text(year, month),
        other=("cn.ledger.daybook",),
        kind="entries, csv gbk",
    )
    text = f"记账凭证\n日期：{year}-{month:02d}-30 凭证字号：记-12\n借：管理费用 300\n贷：库存现金 300\n制单：{desk.person()}"
    desk.put(
        "记事.txt",
        text.encode("utf-16"),
        JOURNAL,
        month_text(year, month),
        kind="entry, utf-16",
    )
    blocks = [
        "付款凭证",
        f"{year}年{month}月15日    付字第 8 号",
        [["摘要", "借方科目", "金额"], ["支付货款", "应付账款", "3,000.00"]],
        f"会计主管：{desk.person()}　制单：{desk.person()}",
    ]
    desk.put(
        "文档1.docx", document(blocks), JOURNAL, month_text(year, month), kind="entry"
    )


def _mails(desk):
    year, month = 2026, 3
    code = desk.numbers.einvoice(year)
    text = (
        f"电子发票（增值税专用发票）\n发票号码：{code}\n开票日期：{year}年{month:02d}月09日\n"
        f"销售方 {desk.firm()} {desk.numbers.uscc()}"
    )
    content = mail(
        "您收到一张新的电子发票",
        f"尊敬的客户：\n您的电子发票已开具，发票号码：{code}，请查收附件。",
        [("invoice.pdf", pdf(text))],
    )
    desk.put(
        "邮件/mail001.eml",
        content,
        SOURCE,
        "2026-03",
        finds={"einvoice_no": 1, "uscc": 1},
        kind="mail with invoice",
    )
    desk.put(
        "邮件/re.eml",
        mail("下周开会", "各位好，\n周四下午两点在三楼会议室讨论搬家的事。\n谢谢。"),
        "unclassified",
        None,
        level="internal",
        kind="mail, talk",
    )
