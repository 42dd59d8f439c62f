"""Papers about people and promises, papers that are nothing, and names that mislead."""

from evaluation.firms_papers import month_text
from evaluation.invented import grouped
from evaluation.paper_files import document, mail, pdf, picture, rows_of_csv, workbook

PAYROLL, CONTRACT = "cn.hr.payroll", "cn.hr.contract"
NOTHING = "unclassified"


def fill(desk):
    for make in (
        _pay_lists,
        _pay_uploads,
        _contracts,
        _agreements,
        _engagements,
        _identity,
        _business_contracts,
        _nothing,
        _misleading,
    ):
        make(desk)


def _pay_lists(desk):
    for title in ("员工薪酬发放明细表", "工 资 表", "绩效奖金发放表", "劳务费发放表"):
        year, month = desk.month()
        rows = [
            [],
            ["", title],
            ["", desk.firm(), "", f"{year}年{month}月"],
            [
                "",
                "编号",
                "姓名",
                "身份证号码",
                "基本工资",
                "绩效",
                "应发金额",
                "扣款",
                "实发金额",
                "签字",
            ],
            *(
                [
                    "",
                    n,
                    desk.person(),
                    desk.numbers.resident_id(),
                    5000,
                    800,
                    5800,
                    300,
                    5500,
                    "",
                ]
                for n in range(1, 6)
            ),
        ]
        desk.put(
            f"{year}/{desk.numbers.digits(4)}.xlsx",
            workbook({"明细": rows}),
            PAYROLL,
            month_text(year, month),
            level="sensitive",
            finds={"resident_id": 5},
            kind=title,
        )
    text = f"工资条\n{desk.person()} 2026年2月\n基本工资 6000 岗位津贴 500\n代扣社保 600 代扣个税 12\n实发 5888\n手机 {desk.numbers.mobile()}"
    desk.put(
        "消息/1.txt",
        text.encode("gb18030"),
        PAYROLL,
        "2026-02",
        level="sensitive",
        finds={"mobile": 1},
        kind="pay slip, txt gbk",
    )


def _pay_uploads(desk):
    year, month = desk.month()
    rows = [["序号", "收款账号", "户名", "金额", "附言"]]
    rows += [
        [
            n,
            grouped(desk.numbers.card()),
            desk.person(),
            desk.amount(9000),
            f"{month}月工资",
        ]
        for n in range(1, 7)
    ]
    desk.put(
        f"{year}年/batch.csv",
        rows_of_csv(rows),
        PAYROLL,
        month_text(year, month),
        level="sensitive",
        finds={"bank_card": 6},
        kind="pay upload, csv",
    )
    rows = [
        ["代发业务明细清单"],
        ["企业名称", desk.firm()],
        ["代发日期", f"{year}-{month:02d}-10"],
    ]
    rows += [["账号", "姓名", "代发金额", "状态"]]
    rows += [
        [desk.numbers.card(), desk.person(), desk.amount(9000), "成功"]
        for _n in range(4)
    ]
    desk.put(
        "网银导出.xlsx",
        workbook({"代发": rows}),
        PAYROLL,
        month_text(year, month),
        level="sensitive",
        finds={"bank_card": 4},
        kind="pay upload, xlsx",
    )


def _contracts(desk):
    for title in (
        "劳动合同书",
        "劳务合同",
        "聘用协议书",
        "实习协议",
        "解除劳动合同协议书",
    ):
        blocks = [
            title,
            f"甲方：{desk.firm()}",
            f"乙方：{desk.person()}　身份证号：{desk.numbers.resident_id()}",
            "根据《中华人民共和国劳动法》及有关规定，甲乙双方平等自愿签订本合同。",
            "一、合同期限自2024年3月1日起至2027年2月28日止。",
            "二、乙方须遵守甲方的规章制度，保守商业秘密。",
            "三、甲方每月15日以银行转账发放工资，依法缴纳社会保险。",
        ]
        desk.put(
            f"人事/{desk.numbers.digits(4)}.docx",
            document(blocks),
            CONTRACT,
            None,
            finds={"resident_id": 1},
            kind=title,
        )


def _agreements(desk):
    texts = (
        f"保密及竞业限制协议\n甲方：{desk.firm()}\n乙方：{desk.person()}\n第一条 保密内容 包括财务数据、客户名单、工资信息\n第二条 竞业限制期限为离职后一年",
        f"保密承诺书\n本人{desk.person()}承诺对工作中接触的客户账簿、凭证、银行对账单予以保密。\n承诺人（签字）：",
        f"数据保密协议\n甲方：{desk.firm()}　乙方：{desk.firm()}\n鉴于双方开展代理记账合作，就保密事项约定如下",
    )
    for text in texts:
        desk.put(
            f"合同/{desk.numbers.digits(4)}.pdf",
            pdf(text),
            "own.nda",
            None,
            kind="promise of secrecy",
        )


def _engagements(desk):
    for title in ("代理记账服务合同", "委托代理记账协议书", "财税代理服务协议"):
        text = (
            f"{title}\n委托方（甲方）：{desk.firm()}\n受托方（乙方）：{desk.firm()}\n"
            "一、服务内容：乙方为甲方整理原始凭证、编制记账凭证、登记账簿、编制财务报表、办理纳税申报。\n"
            "二、服务期限：2025年1月1日至2025年12月31日。\n三、服务费每季度900元。\n"
            "四、甲方应于每月5日前提供发票、银行对账单、工资表等资料。"
        )
        desk.put(
            f"合同/{desk.numbers.digits(5)}.pdf",
            pdf(text),
            "own.engagement",
            None,
            kind="engagement",
        )


def _identity(desk):
    text = f"中华人民共和国\n居民身份证\n姓名 {desk.person()}\n性别 女 民族 汉\n住址 临江市滨河路8号\n公民身份号码 {desk.numbers.resident_id()}\n签发机关 临江市公安局"
    desk.put(
        "证照/scan1.pdf",
        pdf(text),
        "cn.identity",
        None,
        level="sensitive",
        finds={"resident_id": 1},
        kind="identity card, with text",
    )
    text = f"营业执照\n（副 本）\n统一社会信用代码 {desk.numbers.uscc()}\n名称 {desk.firm()}\n类型 有限责任公司\n法定代表人 {desk.person()}\n经营范围 机械销售\n登记机关"
    desk.put(
        "证照/scan2.pdf",
        pdf(text),
        "cn.identity",
        None,
        level="internal",
        finds={"uscc": 1},
        kind="licence, with text",
    )
    for name in ("法人身份证反面.jpg", "营业执照副本.png", "passport_page.jpg"):
        desk.put(
            f"证照/{name}",
            picture(),
            "cn.identity",
            None,
            level="internal" if "营业" in name else "sensitive",
            kind="picture",
            is_unreadable=True,
        )


def _business_contracts(desk):
    for title in ("购销合同", "房屋租赁合同", "技术服务合同"):
        text = f"{title}\n甲方：{desk.firm()}\n乙方：{desk.firm()}\n一、标的与金额：人民币{desk.amount():,.2f}元。\n二、付款方式：收到发票后十日内转账。\n三、本合同一式两份。"
        desk.put(
            f"合同/{title}{desk.numbers.digits(2)}.pdf",
            pdf(text),
            NOTHING,
            None,
            other=("cn.voucher.source",),
            kind="business contract",
        )


def _nothing(desk):
    texts = {
        "通知.pdf": "关于更换门禁卡的通知\n各部门：\n请于周五前到行政部更换门禁卡。",
        "会计培训.pdf": "新会计准则培训课件\n第一讲 原始凭证与记账凭证的区别\n第二讲 如何编制资产负债表\n练习题：下列哪些属于原始凭证？A 发票 B 总账",
        "产品报价.pdf": "产品报价单\n型号 A1 单价 200 元\n有效期三十天 欢迎来电咨询",
        "纪要.pdf": "周例会会议纪要\n参会人员：市场部、财务部\n议题：展会筹备、搬家安排",
        "readme.txt": "安装说明\n双击 setup.exe，按提示操作即可。",
    }
    for name, text in texts.items():
        content = text.encode() if name.endswith(".txt") else pdf(text)
        desk.put(f"杂/{name}", content, NOTHING, None, level="internal", kind="nothing")
    blanks = (
        (
            "报销单模板.xlsx",
            [["费用报销单"], ["部门", "", "姓名", ""], ["事由", "金额"]],
        ),
        (
            "工资表（空白）.xlsx",
            [["工资表"], ["姓名", "基本工资", "实发工资"], ["", "", ""]],
        ),
    )
    for name, rows in blanks:
        desk.put(
            f"模板/{name}",
            workbook({"1": rows}),
            NOTHING,
            None,
            level="public",
            kind="blank form",
        )
    blocks = [
        "劳动合同（样本）",
        "甲方：____________ 乙方：____________",
        "期限自____年__月__日起",
    ]
    desk.put(
        "新文档.docx",
        document(blocks),
        NOTHING,
        None,
        level="public",
        kind="blank form",
    )
    desk.put("照片.jpg", picture(), NOTHING, None, level="internal", kind="picture")
    desk.put("fapiao.xml", b"", NOTHING, None, level="internal", kind="empty")
    desk.put(
        "记账凭证.pdf",
        b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        NOTHING,
        None,
        level="internal",
        kind="another type than its name",
    )
    advert = mail(
        "财税大促",
        "代理记账低至99元/月！注册公司、发票代开、纳税申报一站式服务，回复T退订。",
    )
    desk.put(
        "邮件/ad.eml", advert, NOTHING, None, level="internal", kind="mail, advert"
    )


def _misleading(desk):
    year, month = desk.month()
    period, spoken = month_text(year, month), f"{year}年{month}月"
    statement = (
        f"{desk.bank()}\n账户对账单\n户名：{desk.firm()}\n对账周期：{year}-{month:02d}-01 至 {year}-{month:02d}-28\n"
        "交易日期 摘要 借方 贷方 余额\n01 货款 12.00 900.00"
    )
    desk.put(
        "发票.pdf", pdf(statement), "cn.other.bank_statement", period, kind="misnamed"
    )
    rows = [
        ["科目余额表"],
        [desk.firm(), spoken],
        ["科目编码", "科目名称", "期初余额", "本期发生", "期末余额"],
    ]
    desk.put(
        "工资表.xlsx",
        workbook({"1": rows}),
        "cn.ledger.general",
        period,
        kind="misnamed",
    )
    pay = [["员工工资发放表"], [spoken], ["姓名", "应发工资", "实发工资", "身份证号"]]
    pay += [[desk.person(), 5000, 4800, desk.numbers.resident_id()] for _n in range(3)]
    desk.put(
        "对账单.xlsx",
        workbook({"1": pay}),
        PAYROLL,
        period,
        level="sensitive",
        finds={"resident_id": 3},
        kind="misnamed",
    )
    claim = (
        f"差旅费报销单\n{spoken}12日\n报销人 {desk.person()}\n合计 300.00 附单据 2 张"
    )
    desk.put("劳动合同.pdf", pdf(claim), "cn.voucher.source", period, kind="misnamed")
    entry = f"收款凭证\n{spoken}12日 收字第3号\n摘要 贷方科目 金额\n制单 复核 记账"
    desk.put("身份证.pdf", pdf(entry), "cn.voucher.journal", period, kind="misnamed")
    nda = f"保密协议\n甲方：{desk.firm()}\n乙方：{desk.person()}\n双方就保密事宜达成如下协议"
    desk.put("营业执照.pdf", pdf(nda), "own.nda", None, kind="misnamed")
