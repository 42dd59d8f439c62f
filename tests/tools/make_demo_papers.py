"""Make the sample papers of `vault demo`; everything in them is invented.

python tests/tools/make_demo_papers.py src/ledgervault/samples

Numbers have right check digits but lie in ranges that nobody is issued.
"""

import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

TEA = "清河茶叶"
FINCH = "Harbour & Finch Ltd"
WHEN = (2026, 1, 5, 9, 0, 0)


def resident_id(body: str) -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def zipped(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, WHEN)
            archive.writestr(info, text.encode(), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def workbook(sheet: str, rows: list[list[str]]) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pkg = "http://schemas.openxmlformats.org/package/2006"
    body = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row)
        + "</row>"
        for row in rows
    )
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{pkg}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{pkg}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pkg}/relationships"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
        }
    )


def document(lines: list[str]) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    pkg = "http://schemas.openxmlformats.org/package/2006"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{pkg}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{pkg}/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
        }
    )


def statement(year: int, month: int, encoding: str) -> bytes:
    rows = ["交易日期,摘要,对方户名,对方账号,金额,余额"]
    rows += [
        f"{year}-{month:02d}-{day:02d},货款,云岭茶农合作社,12800{day:02d}90000,{day * 317}.50,{90000 - day * 317}.25"
        for day in (3, 9, 17, 26)
    ]
    return "\r\n".join(rows).encode(encoding)


def invoice(number: str, month: int) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{number}</EIid><Version>0.2</Version></Header><EInvoiceData>
<SellerInformation><SellerName>清河茶叶有限公司</SellerName></SellerInformation>
<BuyerInformation><BuyerName>望潮书店</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>1280.00</TotalAmWithoutTax><RequestTime>2026-{month:02d}-12 10:21:33</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*茶叶*明前绿茶</ItemName><Amount>1280.00</Amount></IssuItemInformation>
</EInvoiceData></EInvoice>
""".encode()


def pdf(title: str) -> bytes:
    stream = f"BT /F1 18 Tf 60 760 Td ({title}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def png(width: int = 240, height: int = 150) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(
        b"\0"
        + bytes(200 if 20 < x < 100 and 30 < y < 120 else 235 for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    text = b"Comment\0SPECIMEN, nobody's card"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", text)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def papers() -> dict[str, bytes]:
    one, two = resident_id("11019819850312004"), resident_id("11019819900704002")
    mail = (
        "From: 出纳 <chuna@qinghe.example>\r\nTo: 代账 <jz@agency.example>\r\n"
        "Subject: =?utf-8?b?MuaciOmTtuihjOWvuei0puWNlQ==?=\r\n"
        "Date: Mon, 02 Mar 2026 09:12:00 +0800\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n2 月的银行对账单请查收。\r\n"
    )
    return {
        f"{TEA}/2013/银行对账单_2013年11月.csv": statement(2013, 11, "gb18030"),
        f"{TEA}/2013/银行对账单_2013年12月.csv": statement(2013, 12, "gb18030"),
        f"{TEA}/2013/银行存款余额调节表_2013年12月.xlsx": workbook(
            "调节表",
            [["银行存款余额调节表", "2013年12月"], ["银行对账单余额", "81234.25"]],
        ),
        f"{TEA}/2013/增值税纳税申报表_2013年12月.xlsx": workbook(
            "申报表",
            [["增值税纳税申报表", "税款所属期 2013年12月"], ["应纳税额", "2210.40"]],
        ),
        f"{TEA}/2013/现金日记账_2013年.xlsx": workbook(
            "日记账", [["现金日记账", "2013年"], ["期初余额", "1200.00"]]
        ),
        f"{TEA}/2026/数电发票_26112000000000000101.xml": invoice(
            "26112000000000000101", 2
        ),
        f"{TEA}/2026/银行对账单_2026年02月.csv": statement(2026, 2, "utf-8"),
        f"{TEA}/2026/记账凭证_2026年02月_记-007.xlsx": workbook(
            "凭证", [["记账凭证", "记字第007号", "2026年02月"], ["库存商品", "1280.00"]]
        ),
        f"{TEA}/2026/总账_2026年.xlsx": workbook(
            "总账", [["总账", "2026年"], ["库存现金", "3300.00"]]
        ),
        f"{TEA}/2026/资产负债表_2026年02月.xlsx": workbook(
            "资产负债表", [["资产负债表", "2026年02月"], ["货币资金", "93300.00"]]
        ),
        f"{TEA}/2026/工资表_2026年02月.xlsx": workbook(
            "工资表",
            [
                ["工资表", "2026年02月"],
                ["姓名", "身份证号", "实发工资"],
                ["茶小青", one, "6200.00"],
                ["茶小红", two, "5800.00"],
            ],
        ),
        f"{TEA}/2026/劳动合同_茶小青_2026年.docx": document(
            ["劳动合同", "甲方：清河茶叶有限公司", "乙方：茶小青", f"身份证号：{one}"]
        ),
        f"{TEA}/2026/身份证_茶小青.png": png(),
        f"{TEA}/2026/2月对账单.eml": mail.encode(),
        f"{FINCH}/2026/Bank statement 2026-01.csv": (
            b"Date,Description,Counterparty,Amount,Balance\r\n"
            b"2026-01-05,Sale,Maple Books,420.00,8420.00\r\n2026-01-19,Rent,Quay Estates,-900.00,7520.00\r\n"
        ),
        f"{FINCH}/2026/Invoice 2026-02 Maple Books.pdf": pdf(
            "INVOICE 2026-02 Maple Books 420.00"
        ),
        f"{FINCH}/2025/Annual report 2025.docx": document(
            ["Annual report 2025", "Harbour and Finch Ltd", "Balance sheet and notes"]
        ),
        f"{FINCH}/2026/Engagement letter 2026.docx": document(
            [
                "Engagement letter",
                "The agency keeps the books of Harbour and Finch Ltd from 2026.",
            ]
        ),
        f"{FINCH}/2026/NDA Harbour Finch 2026.docx": document(
            [
                "Non-disclosure agreement",
                "Between the agency and Harbour and Finch Ltd, 2026.",
            ]
        ),
        f"{FINCH}/note on the desk.txt": b"call back about the grey folder\n",
    }


def main() -> None:
    out = Path(sys.argv[1])
    for name, content in papers().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
